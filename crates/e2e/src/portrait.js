// Stands in for the picture and the sound of every camera and microphone that the page opens: somebody drawn who
// blinks and breathes, and who hums when they speak. Which one is in `who`, which comes before this.
{
  const ROOMS = {
    day: (c) => {
      wall(c, '#f3e3cd', '#dcb896');
      blurred(c, 14, () => {
        glass(c, 60, 20, 300, 420, '#dff0f7', '#bfe0c6');
        for (const [x, width, height, colour] of [[900, 26, 96, '#c9654f'], [932, 22, 112, '#e2b254'], [960, 30, 92, '#4f8aa0'], [996, 20, 104, '#7b5a4a']])
          box(c, x, 240 - height, width, height, 4, colour);
        box(c, 870, 240, 330, 16, 6, '#a97c56');
        disc(c, 1130, 176, 52, '#eef0e6');
        box(c, 1060, 470, 96, 110, 18, '#f2ece2');
        for (const turn of [-0.7, -0.3, 0.1, 0.5]) leaf(c, 1108, 480, turn, 150, '#5f9a63');
      });
    },
    night: (c) => {
      wall(c, '#3a3555', '#171a2e');
      blurred(c, 16, () => {
        glass(c, 820, 40, 330, 400, '#32508c', '#1d2c55');
        glow(c, 190, 420, 330, 'rgb(255 178 84 / .55)');
        box(c, 120, 420, 140, 110, 40, '#ffd08a');
        box(c, 180, 530, 22, 200, 6, '#7b5638');
        for (const [x, y] of [[90, 90], [190, 130], [300, 150], [410, 140], [520, 105], [760, 90], [880, 130], [1010, 120], [1140, 80]]) disc(c, x, y, 17, '#ffcf87');
      });
    },
    garden: (c) => {
      wall(c, '#dcecc9', '#6e9c68');
      blurred(c, 22, () => {
        for (let i = 0; i < 46; i += 1) disc(c, (i * 397) % 1280, (i * 211) % 620, 26 + (i * 29) % 60, ['#8fbf72', '#b9d98b', '#5d9460', '#e6efb0', '#f0c9a8'][i % 5]);
        box(c, 0, 590, 1280, 140, 0, '#9c7a58');
      });
    },
    office: (c) => {
      wall(c, '#dfe6ee', '#a9b8ca');
      blurred(c, 12, () => {
        for (let x = 0; x < 520; x += 56) box(c, x, 0, 40, 520, 4, '#f6fafd');
        box(c, 840, 90, 330, 220, 14, '#f8f6f1');
        box(c, 866, 116, 278, 168, 6, '#e5a987');
        disc(c, 1010, 214, 54, '#f5d7a7');
        box(c, 780, 420, 500, 18, 4, '#7d8796');
        for (const [x, height] of [[830, 90], [866, 110], [902, 84], [938, 100]]) box(c, x, 420 - height, 28, height, 4, ['#56708f', '#8f5f6c', '#d3a64f', '#5f8d7d'][(x / 36 | 0) % 4]);
      });
    },
    studio: (c) => {
      wall(c, '#3f6a70', '#1f3c43');
      blurred(c, 14, () => {
        glow(c, 1050, 220, 380, 'rgb(255 214 160 / .5)');
        disc(c, 1050, 220, 84, '#ffe6bd');
        box(c, 110, 120, 210, 270, 10, '#e9dcc3');
        box(c, 136, 146, 158, 218, 4, '#cf7a57');
        box(c, 0, 600, 1280, 120, 0, '#6b4a38');
        box(c, 870, 480, 110, 120, 20, '#c9b79d');
        for (const turn of [-0.6, -0.2, 0.2, 0.6]) leaf(c, 925, 490, turn, 170, '#4f8660');
      });
    },
  };

  const wall = (c, from, to) => {
    const light = c.createRadialGradient(420, 120, 60, 640, 360, 980);
    light.addColorStop(0, from);
    light.addColorStop(1, to);
    c.fillStyle = light;
    c.fillRect(0, 0, 1280, 720);
  };
  const blurred = (c, radius, draw) => {
    c.save();
    c.filter = `blur(${radius * who.width / 1280}px)`;
    draw();
    c.restore();
  };
  const box = (c, x, y, width, height, radius, colour) => {
    c.fillStyle = colour;
    c.beginPath();
    c.roundRect(x, y, width, height, radius);
    c.fill();
  };
  const disc = (c, x, y, radius, colour) => {
    c.fillStyle = colour;
    c.beginPath();
    c.arc(x, y, radius, 0, 7);
    c.fill();
  };
  const glow = (c, x, y, radius, colour) => {
    const light = c.createRadialGradient(x, y, 0, x, y, radius);
    light.addColorStop(0, colour);
    light.addColorStop(1, 'transparent');
    c.fillStyle = light;
    c.fillRect(x - radius, y - radius, 2 * radius, 2 * radius);
  };
  const glass = (c, x, y, width, height, above, below) => {
    box(c, x - 18, y - 18, width + 36, height + 36, 8, 'rgb(255 255 255 / .55)');
    const half = (width - 16) / 2;
    for (const left of [x, x + half + 16]) {
      const light = c.createLinearGradient(0, y, 0, y + height);
      light.addColorStop(0, above);
      light.addColorStop(1, below);
      c.fillStyle = light;
      c.fillRect(left, y, half, height);
    }
  };
  const leaf = (c, x, y, turn, length, colour) => {
    c.save();
    c.translate(x, y);
    c.rotate(turn);
    fill(c, `M0 0C-34 ${-length * 0.4} -26 ${-length * 0.8} 0 ${-length}C26 ${-length * 0.8} 34 ${-length * 0.4} 0 0Z`, colour);
    c.restore();
  };
  const fill = (c, path, colour) => {
    c.fillStyle = colour;
    c.fill(new Path2D(path));
  };
  const stroke = (c, path, colour, width) => {
    c.strokeStyle = colour;
    c.lineWidth = width;
    c.stroke(new Path2D(path));
  };
  const shade = (c, x, from, to) => {
    const light = c.createLinearGradient(-x, 0, x, 0);
    light.addColorStop(0, from);
    light.addColorStop(1, to);
    return light;
  };

  const HEAD = 'M-112 -70C-116 40 -70 122 0 122C70 122 116 40 112 -70C108 -178 -108 -178 -112 -70Z';
  // What is behind the head, and what falls over the forehead.
  const HAIR = {
    bob: ['M0 -204C-118 -204 -158 -118 -156 -10C-155 70 -150 120 -122 152C-60 176 60 176 122 152C150 120 155 70 156 -10C158 -118 118 -204 0 -204Z',
      'M-116 -30C-120 -96 -96 -150 -40 -164C30 -178 104 -146 116 -30C96 -74 70 -104 34 -122C-8 -96 -76 -90 -116 -30Z'],
    short: ['M0 -196C-96 -198 -134 -128 -124 -30L-104 -30L104 -30L124 -30C134 -128 96 -198 0 -196Z',
      'M-114 -46C-124 -132 -74 -176 -6 -176C74 -178 124 -132 114 -46C108 -84 98 -108 78 -122C22 -96 -66 -98 -92 -118C-106 -100 -110 -76 -114 -46Z'],
    long: ['M0 -206C-124 -206 -164 -112 -160 20C-158 130 -176 210 -196 286L196 286C176 210 158 130 160 20C164 -112 124 -206 0 -206Z',
      'M-114 -24C-118 -104 -76 -162 0 -166C76 -162 118 -104 114 -24C96 -78 58 -112 2 -128C-54 -112 -96 -78 -114 -24Z'],
    curls: ['', 'M-112 -58C-108 -96 -84 -120 -54 -122C-24 -104 24 -104 54 -122C84 -120 108 -96 112 -58C116 -120 78 -166 0 -166C-78 -166 -116 -120 -112 -58Z'],
    bun: ['M0 -190C-92 -190 -130 -126 -122 -40L122 -40C130 -126 92 -190 0 -190Z',
      'M-113 -44C-118 -122 -72 -168 0 -168C72 -168 118 -122 113 -44C98 -96 56 -122 20 -126C-36 -122 -92 -96 -113 -44Z'],
  };

  const figure = (c, look, time) => {
    const breath = Math.sin(time / 900) * 3;
    const blinks = time % 3700 < 140;
    c.save();
    c.lineCap = c.lineJoin = 'round';
    c.translate(640, 392 + breath);
    c.scale(1.1, 1.1);
    c.rotate(Math.sin(time / 2300) * 0.008);
    const [back, front] = HAIR[look.hair];
    if (look.hair === 'bun') disc(c, 0, -212, 54, look.hairColour);
    if (look.hair === 'curls') for (const [x, y, r] of [[-104, -96, 50], [-74, -152, 54], [0, -178, 58], [74, -152, 54], [104, -96, 50], [-118, -40, 38], [118, -40, 38]]) disc(c, x, y, r, look.hairColour);
    fill(c, back, look.hairColour);
    // Shoulders, neck, collar.
    fill(c, 'M-372 420C-364 260 -250 212 -92 180L92 180C250 212 364 260 372 420Z', shade(c, 380, look.top, look.topShade));
    fill(c, 'M-52 70L-54 182C-30 226 30 226 54 182L52 70Z', look.skinShade);
    fill(c, 'M-98 176C-60 236 60 236 98 176L72 166C46 206 -46 206 -72 166Z', look.collar);
    for (const side of [-1, 1]) {
      c.beginPath();
      c.ellipse(side * 114, -24, 20, 32, side * 0.1, 0, 7);
      c.fillStyle = look.skinShade;
      c.fill();
    }
    fill(c, HEAD, shade(c, 120, look.skin, look.skinShade));
    for (const side of [-1, 1]) glow(c, side * 66, 34, 46, 'rgb(226 96 84 / .2)');
    if (look.beard) fill(c, 'M-108 -4C-104 74 -64 124 0 124C64 124 104 74 108 -4C92 34 62 44 30 42C12 34 -12 34 -30 42C-62 44 -92 34 -108 -4Z', look.hairColour);
    for (const side of [-1, 1]) {
      const x = side * 46;
      if (blinks) stroke(c, `M${x - 20} -22Q${x} -10 ${x + 20} -22`, '#2a1d19', 6);
      else {
        c.beginPath();
        c.ellipse(x, -22, 21, 15, 0, 0, 7);
        c.fillStyle = '#fffdf9';
        c.fill();
        disc(c, x, -21, 13, look.eyes);
        disc(c, x, -21, 7, '#17100e');
        disc(c, x + 5, -26, 4, '#fff');
        stroke(c, `M${x - 23} -24Q${x} -46 ${x + 23} -24`, '#2a1d19', 5);
      }
      stroke(c, `M${x - 26 + side * 2} ${-60 + side * 2}Q${x} -74 ${x + 26 + side * 2} ${-60 - side * 2}`, look.hairColour, 8);
      if (look.glasses) {
        c.beginPath();
        c.roundRect(x - 37, -52, 74, 60, 24);
        c.strokeStyle = look.glasses;
        c.lineWidth = 6;
        c.stroke();
      }
    }
    if (look.glasses) stroke(c, 'M-9 -26Q0 -33 9 -26', look.glasses, 6);
    stroke(c, 'M3 -4C10 14 12 24 -4 26', 'rgb(140 72 52 / .5)', 6);
    if (look.speaks) {
      const open = 10 + 9 * Math.abs(Math.sin(time / 160));
      fill(c, `M-38 58Q0 50 38 58Q30 ${70 + open} 0 ${72 + open}Q-30 ${70 + open} -38 58Z`, '#7c2530');
      fill(c, 'M-30 58Q0 52 30 58Q0 72 -30 58Z', '#fff');
    } else {
      stroke(c, 'M-36 60Q0 90 36 60', '#a8433f', 7);
    }
    fill(c, front, look.hairColour);
    c.restore();
  };

  const LOOKS = {
    ana: { room: 'office', hair: 'curls', hairColour: '#4a2c20', skin: '#e2ab83', skinShade: '#c98a64', eyes: '#5a3a22', top: '#8d4f78', topShade: '#6a3860', collar: '#a8658f' },
    jiwoo: { room: 'day', hair: 'long', hairColour: '#221a1b', skin: '#fbd9be', skinShade: '#e6b090', eyes: '#3a2a20', top: '#4f8f86', topShade: '#356b66', collar: '#6aaaa0' },
    haneul: { room: 'night', hair: 'short', hairColour: '#1f1a1e', skin: '#f0c7a4', skinShade: '#cf9a76', eyes: '#2d211b', top: '#56669a', topShade: '#3a4671', collar: '#7181b4', glasses: '#23242b' },
    minho: { room: 'studio', hair: 'short', hairColour: '#2b2220', skin: '#eabf97', skinShade: '#c78f68', eyes: '#2d211b', top: '#d08a4a', topShade: '#a5652f', collar: '#e3a566', beard: true },
    sora: { room: 'garden', hair: 'bob', hairColour: '#6b3f26', skin: '#fddcc4', skinShade: '#e8b597', eyes: '#4a3324', top: '#eee4d4', topShade: '#cdbfa8', collar: '#fff7ea' },
    theo: { room: 'office', hair: 'bun', hairColour: '#7d4a22', skin: '#d49a70', skinShade: '#ab744f', eyes: '#33452f', top: '#3d4048', topShade: '#26282e', collar: '#565a64' },
  };

  // A picture of `camera`'s, in place of what it sees: 1280 × 720 as it is drawn, or as much smaller as `who` says.
  const portray = (camera) => {
    const look = { ...LOOKS[who.look], speaks: who.speaks };
    const [canvas, behind] = [document.createElement('canvas'), document.createElement('canvas')];
    for (const each of [canvas, behind]) [each.width, each.height] = [who.width, who.width * 9 / 16];
    const scale = who.width / 1280;
    const [front, back] = [canvas, behind].map((each) => each.getContext('2d', { willReadFrequently: true }));
    back.scale(scale, scale);
    ROOMS[look.room](back);
    const draw = () => {
      front.setTransform(1, 0, 0, 1, 0, 0);
      front.drawImage(behind, 0, 0);
      front.scale(scale, scale);
      figure(front, look, performance.now());
    };
    draw();
    const pace = who.width < 1280 ? 5 : 10;
    const drawing = setInterval(draw, 1000 / pace);
    const track = canvas.captureStream(pace).getVideoTracks()[0];
    // Better seldom than blurred.
    track.contentHint = 'detail';
    return instead(track, camera, () => clearInterval(drawing));
  };

  // A sound of `microphone`'s, in place of what it hears: the hum of a room, and louder a voice.
  const voice = (microphone) => {
    const context = new AudioContext();
    const [tone, loudness, out] = [context.createOscillator(), context.createGain(), context.createMediaStreamDestination()];
    tone.frequency.value = 220;
    loudness.gain.value = who.speaks ? 0.2 : 0.001;
    tone.connect(loudness).connect(out);
    tone.start();
    return instead(out.stream.getAudioTracks()[0], microphone, () => context.close());
  };

  // What the page asks of `track` is asked of the device itself.
  const instead = (track, device, over) => Object.assign(track, {
    getSettings: () => device.getSettings(),
    getCapabilities: () => device.getCapabilities(),
    applyConstraints: (constraints) => device.applyConstraints(constraints),
    stop() {
      MediaStreamTrack.prototype.stop.call(track);
      device.stop();
      over();
    },
  });

  const open = MediaDevices.prototype.getUserMedia;
  MediaDevices.prototype.getUserMedia = async function (constraints) {
    // Nobody sees what the device itself would.
    const video = who.width < 1280 && constraints.video ? { ...constraints.video, width: 160, height: 90, frameRate: 5 } : constraints.video;
    const stream = await open.call(this, { ...constraints, video });
    return new MediaStream(stream.getTracks().map((track) => track.kind === 'video' ? portray(track) : voice(track)));
  };

  // Invented devices have names that no device has.
  const label = Object.getOwnPropertyDescriptor(MediaDeviceInfo.prototype, 'label').get;
  Object.defineProperty(MediaDeviceInfo.prototype, 'label', { get() { return who.devices[label.call(this)] ?? label.call(this); } });
}
