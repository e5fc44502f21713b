// A screen to share, as somebody would: a page of a plan for two days. `arguments[0]` holds its words.
const [title, days, ...stops] = arguments[0];
MediaDevices.prototype.getDisplayMedia = async () => {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [1920, 1080];
  const c = canvas.getContext('2d');
  const font = (size, weight) => { c.font = `${weight} ${size}px Inter, "Noto Sans KR", sans-serif`; };
  const box = (x, y, width, height, radius, fill) => {
    c.fillStyle = fill;
    c.beginPath();
    c.roundRect(x, y, width, height, radius);
    c.fill();
  };
  const line = (x, y, text, size, weight, colour) => {
    font(size, weight);
    c.fillStyle = colour;
    c.fillText(text, x, y);
  };
  const draw = () => {
    box(0, 0, 1920, 1080, 0, '#fbf9f5');
    line(140, 250, title, 68, 700, '#14181f');
    line(140, 335, days, 42, 400, '#5a6270');
    box(140, 385, 86, 6, 3, '#1d5fc2');
    stops.forEach((stop, index) => {
      const isLast = index === stops.length - 1;
      box(140, 470 + 112 * index, 680, 88, 18, isLast ? '#1d5fc2' : '#edf0f5');
      line(172, 526 + 112 * index, stop, 35, isLast ? 600 : 400, isLast ? '#fff' : '#1d2430');
    });
    c.save();
    c.beginPath();
    c.roundRect(940, 116, 860, 860, 32);
    c.clip();
    const sky = c.createLinearGradient(0, 116, 0, 780);
    sky.addColorStop(0, '#7fa6d9');
    sky.addColorStop(1, '#f1c7a5');
    c.fillStyle = sky;
    c.fillRect(940, 116, 860, 664);
    box(1520, 400, 152, 152, 76, '#ffe4b0');
    for (const [x, y, radius, fill] of [[1460, 900, 430, '#7089ad'], [1120, 900, 370, '#7089ad'], [1760, 940, 400, '#7089ad'], [1380, 1500, 860, '#4a648b']]) {
      box(x - radius, y - radius, 2 * radius, 2 * radius, radius, fill);
    }
    const water = c.createLinearGradient(0, 720, 0, 976);
    water.addColorStop(0, '#d99a7e');
    water.addColorStop(1, '#4b648c');
    c.fillStyle = '#2c3f63';
    c.beginPath();
    c.ellipse(1370, 800, 520, 190, 0, Math.PI, 0);
    c.fill();
    for (const x of [1090, 1276, 1462, 1648]) box(x - 66, 660, 132, 160, 66, '#22314f');
    c.fillStyle = water;
    c.fillRect(940, 740, 860, 240);
    c.strokeStyle = '#1b2740';
    c.lineWidth = 6;
    for (const [x, y] of [[1180, 300], [1310, 240], [1470, 220], [1610, 250], [1710, 310]]) {
      c.beginPath();
      c.arc(x - 22, y, 26, Math.PI * 1.1, Math.PI * 1.9);
      c.arc(x + 22, y, 26, Math.PI * 1.1, Math.PI * 1.9);
      c.stroke();
    }
    c.restore();
  };
  draw();
  // A picture that never changes is never sent.
  setInterval(draw, 200);
  return canvas.captureStream(5);
};
