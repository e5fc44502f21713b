// A screen, and what writes down speech, that do what a test wants. The browser would ask a person for either.
{
  const e2e = window.__e2e;

  // 1920 × 1080 of a picture that says who made it: the left half has their colour, and a bar moves over the right.
  e2e.screens = [];
  e2e.fakeScreen = (colour, rate, width = 1920, height = 1080) => {
    MediaDevices.prototype.getDisplayMedia = async function (options) {
      e2e.asked = options;
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [width, height];
      const context = canvas.getContext('2d');
      let frame = 0;
      const draw = () => {
        frame += 1;
        context.fillStyle = '#fff';
        context.fillRect(0, 0, width, height);
        context.fillStyle = colour;
        context.fillRect(0, 0, width / 2, height);
        context.fillStyle = '#000';
        context.fillRect(width / 2 + (frame * 40) % (width / 2 - 40), 0, 40, height);
      };
      draw();
      setInterval(draw, 1000 / rate);
      const stream = canvas.captureStream();
      const sound = new AudioContext();
      const tone = sound.createOscillator(), out = sound.createMediaStreamDestination();
      tone.connect(out);
      tone.start();
      stream.addTrack(out.stream.getAudioTracks()[0]);
      e2e.screens.push({ stream, sound, tone });
      return stream;
    };
  };
  e2e.refuseScreen = (name) => {
    MediaDevices.prototype.getDisplayMedia = () => Promise.reject(new DOMException('no', name));
  };
  // As from the browser's own bar.
  e2e.endScreen = () => {
    const track = e2e.screens.at(-1).stream.getVideoTracks()[0];
    track.stop();
    track.dispatchEvent(new Event('ended'));
  };
  e2e.screenTracks = () => e2e.screens.flatMap(({ stream }) => stream.getTracks().map((track) => track.readyState));

  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [64, 36];
  const context = canvas.getContext('2d', { willReadFrequently: true });
  const tileOf = (peer) => document.querySelector(`figure[data-kind=screen][data-peer="${CSS.escape(peer)}"] video`);
  // What the browser has counted of the track that this element plays.
  const counted = async (track) => {
    const receivers = e2e.connections.flatMap((c) => (c.signalingState === 'closed' ? [] : c.getReceivers()));
    const receiver = receivers.find((r) => r.track === track);
    const reports = receiver ? [...(await receiver.getStats()).values()] : [];
    return reports.find((report) => report.type === 'inbound-rtp') || {};
  };
  e2e.screenOf = async (peer) => {
    const video = tileOf(peer);
    if (!video || !video.videoWidth) return null;
    context.drawImage(video, 0, 0, 64, 36);
    const [red, green, blue] = context.getImageData(12, 18, 1, 1).data;
    const { framesDecoded } = await counted(video.srcObject.getVideoTracks()[0]);
    return { width: video.videoWidth, height: video.videoHeight, red, green, blue, frames: framesDecoded || 0,
      seen: video.checkVisibility({ visibilityProperty: true }) };
  };
  e2e.screenSound = async (peer) => {
    const video = tileOf(peer);
    if (!video || video.paused || video.muted) return 0;
    return (await counted(video.srcObject?.getAudioTracks()[0])).totalAudioEnergy || 0;
  };
  e2e.shape = () => {
    const sender = e2e.connections.filter((c) => c.signalingState !== 'closed').flatMap((c) => c.getSenders())
      .find((s) => s.track && e2e.screens.some(({ stream }) => stream.getVideoTracks().includes(s.track)));
    return sender ? [sender.track.contentHint || '', String(sender.getParameters().encodings[0]?.maxFramerate)] : null;
  };

  // From now on the browser says that no more than this could be sent, in bits a second, and that it is held back below
  // a megabit. What it really sends does not change.
  let most = null;
  const getStats = RTCPeerConnection.prototype.getStats;
  RTCPeerConnection.prototype.getStats = async function (...args) {
    const report = await getStats.apply(this, args);
    if (most === null) return report;
    const qualityLimitationReason = most < 1e6 ? 'bandwidth' : 'none';
    return new Map([...report].map(([id, entry]) => {
      if (entry.type === 'candidate-pair') return [id, { ...entry, availableOutgoingBitrate: most }];
      if (entry.type === 'outbound-rtp' && entry.kind === 'video') return [id, { ...entry, qualityLimitationReason }];
      return [id, entry];
    }));
  };
  e2e.limitUpload = (bits) => { most = bits; };

  // One recogniser at a time, as in browsers.
  e2e.fakeRecognition = (where) => {
    e2e.recognisers = [];
    window.SpeechRecognition = class extends EventTarget {
      static available() { return window.Promise.resolve(where); }
      start() {
        this.results = [];
        e2e.recognisers.push(this);
      }
      abort() { this.aborted = true; }
    };
  };
  e2e.utter = (index, transcript, isFinal) => {
    const recogniser = e2e.recognisers.at(-1);
    recogniser.results[index] = Object.assign([{ transcript }], { isFinal });
    const event = new Event('result');
    Object.assign(event, { resultIndex: index, results: recogniser.results });
    recogniser.dispatchEvent(event);
  };
  e2e.endRecognition = () => e2e.recognisers.at(-1).dispatchEvent(new Event('end'));
  e2e.cues = (peer) => {
    const video = document.querySelector(`figure[data-peer="${CSS.escape(peer)}"]:not([data-kind=screen]) video`);
    return [...(video?.textTracks || [])].filter((track) => track.kind === 'captions')
      .flatMap((track) => [...track.cues].map((cue) => ({ text: cue.text, start: cue.startTime, end: cue.endTime })));
  };
  const create = URL.createObjectURL;
  URL.createObjectURL = (blob) => {
    e2e.saved = blob;
    return create(blob);
  };
}
