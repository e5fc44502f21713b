// Installed in a page whose lobby is loaded and before it joins anything. It only remembers what the page
// does with the browser's own objects; nothing in the product knows of it.
if (!window.__e2e) {
  const e2e = { connections: [], byPeer: {}, offersMade: 0, needed: 0, said: [], violations: [], errors: [], kept: {} };
  window.__e2e = e2e;

  const meet = (connection) => {
    if (e2e.connections.includes(connection)) return;
    e2e.connections.push(connection);
    connection.addEventListener('negotiationneeded', () => { e2e.needed += 1; });
  };
  const Native = window.RTCPeerConnection;
  window.RTCPeerConnection = new Proxy(Native, {
    construct(target, args) {
      const connection = Reflect.construct(target, args);
      meet(connection);
      return connection;
    },
  });
  // One that was made before this was installed, as after a reload, is met when the page looks at it, each second.
  const { getStats } = Native.prototype;
  Native.prototype.getStats = function (...args) {
    meet(this);
    return getStats.apply(this, args);
  };
  const setLocal = Native.prototype.setLocalDescription;
  Native.prototype.setLocalDescription = function (...args) {
    e2e.offersMade += 1;
    return setLocal.apply(this, args);
  };

  // Announcements go after a few seconds; whoever listens has heard them all the same.
  const hear = (node) => {
    const region = (node.nodeType === 1 ? node : node.parentElement)?.closest('[role=status],[role=alert],[aria-live]');
    if (region) {
      const text = (node.textContent || '').replace(/\s+/g, ' ').trim();
      if (text) e2e.said.push(text);
    }
  };
  new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === 'characterData') hear(change.target);
      for (const node of change.addedNodes) hear(node);
    }
  }).observe(document.documentElement, { subtree: true, childList: true, characterData: true });

  addEventListener('securitypolicyviolation', (event) => {
    e2e.violations.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sourceFile || ''}`);
  });
  addEventListener('error', (event) => { e2e.errors.push(String(event.message)); });
  addEventListener('unhandledrejection', (event) => { e2e.errors.push(`rejected: ${event.reason}`); });
  const log = console.error;
  console.error = function (...args) { e2e.errors.push(args.map(String).join(' ')); return log.apply(this, args); };

  // The connection that shows somebody: it is the one that receives the tracks of their tile.
  e2e.connectionOf = (peer) => {
    const figure = document.querySelector(`figure[data-peer="${CSS.escape(peer)}"]:not([data-kind=screen])`);
    const tracks = new Set();
    for (const element of figure?.querySelectorAll('video, audio') || []) {
      for (const track of element.srcObject?.getTracks() || []) tracks.add(track);
    }
    const found = e2e.connections.find((c) => c.signalingState !== 'closed'
      && c.getReceivers().some((receiver) => tracks.has(receiver.track)));
    if (found) e2e.byPeer[peer] = found;
    return e2e.byPeer[peer];
  };

  // Where the element is that plays the sound of a connection, in seconds; none while nothing plays it. Firefox
  // counts the energy of what nobody plays, and both play nothing until every track of an element has come.
  e2e.clock = (connection) => {
    const tracks = new Set(connection.getReceivers().map((receiver) => receiver.track));
    const player = [...document.querySelectorAll('video, audio')].find((element) => !element.paused && !element.muted
      && element.volume > 0 && element.srcObject?.getAudioTracks().some((track) => tracks.has(track)));
    return player ? player.currentTime : null;
  };

  // Firefox never answers when the connection is closed meanwhile: then there is nothing to see.
  e2e.statsOf = (connection) => Promise.race([
    connection.getStats().catch(() => new Map()),
    new Promise((resolve) => setTimeout(resolve, 1000, new Map())),
  ]);

  e2e.received = async (peer) => {
    const connection = e2e.connectionOf(peer);
    if (!connection) return null;
    const seen = { frames: 0, video_bytes: 0, audio_energy: 0, audio_seconds: 0, audio_packets: 0, audio_clock: e2e.clock(connection) };
    for (const report of (await e2e.statsOf(connection)).values()) {
      if (report.type !== 'inbound-rtp') continue;
      if (report.kind === 'video') {
        seen.frames += report.framesDecoded || 0;
        seen.video_bytes += report.bytesReceived || 0;
      } else {
        seen.audio_energy += report.totalAudioEnergy || 0;
        seen.audio_seconds += report.totalSamplesDuration || 0;
        seen.audio_packets += report.packetsReceived || 0;
      }
    }
    return seen;
  };

  const canvas = document.createElement('canvas');
  canvas.width = 64;
  canvas.height = 48;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  e2e.picture = (peer) => {
    const video = document.querySelector(`figure[data-peer="${CSS.escape(peer)}"]:not([data-kind=screen]) video`);
    if (!video || !video.videoWidth) return null;
    context.drawImage(video, 0, 0, canvas.width, canvas.height);
    const pixels = context.getImageData(0, 0, canvas.width, canvas.height).data;
    let sum = 0, squares = 0, digest = 0;
    for (let i = 0; i < pixels.length; i += 4) {
      const luminance = 0.299 * pixels[i] + 0.587 * pixels[i + 1] + 0.114 * pixels[i + 2];
      sum += luminance;
      squares += luminance * luminance;
      digest = (Math.imul(digest, 31) + pixels[i] + 256 * pixels[i + 1] + 65536 * pixels[i + 2]) | 0;
    }
    const count = pixels.length / 4, mean = sum / count;
    return { width: video.videoWidth, height: video.videoHeight, mean, variance: squares / count - mean * mean, digest };
  };

  // What is sent to others: the tracks of every live connection's senders.
  e2e.sent = (kind) => e2e.connections.filter((c) => c.signalingState !== 'closed')
    .flatMap((c) => c.getSenders().map((sender) => sender.track).filter((track) => track?.kind === kind))
    .map((track) => ({ id: track.id, device: track.getSettings().deviceId || '', live: track.readyState === 'live', enabled: track.enabled }));

  const ufrag = (description) => /a=ice-ufrag:(\S+)/.exec(description?.sdp || '')?.[1];
  const open = () => e2e.connections.filter((connection) => connection.signalingState !== 'closed');
  e2e.underWay = () => open()
    .filter((connection) => connection.signalingState !== 'stable' || connection.connectionState !== 'connected')
    .map((connection) => `${connection.signalingState} ${connection.connectionState}`);
  e2e.restart = () => {
    for (const connection of open()) {
      connection.__ufrag = [ufrag(connection.localDescription), ufrag(connection.remoteDescription)];
      connection.restartIce();
    }
  };
  e2e.unsettled = () => e2e.connections.filter((connection) => {
    if (connection.signalingState === 'closed') return false;
    const now = [ufrag(connection.currentLocalDescription), ufrag(connection.currentRemoteDescription)];
    return connection.signalingState !== 'stable' || connection.connectionState !== 'connected'
      || now.some((fragment, side) => fragment === connection.__ufrag?.[side]);
  }).map((connection) => `${connection.signalingState} ${connection.iceConnectionState} ${connection.connectionState}`);

  // The own track, remembered under a name, to see later whether it was stopped.
  e2e.keep = (name) => {
    const video = document.querySelector('figure[data-peer=self] video') || document.querySelector('video');
    const track = video?.srcObject?.getVideoTracks()[0];
    if (!track) return null;
    e2e.kept[name] = track;
    return { id: track.id, device: track.getSettings().deviceId || '', live: track.readyState === 'live', enabled: track.enabled };
  };

  // As when the camera is pulled out: its track ends, it is not listed and not to be opened. Not in Firefox, whose
  // tracks hear no event that a script makes.
  e2e.unplug = () => {
    const { enumerateDevices, getUserMedia } = MediaDevices.prototype;
    e2e.plugged = { enumerateDevices, getUserMedia };
    MediaDevices.prototype.enumerateDevices = async function () {
      return (await enumerateDevices.call(this)).filter((device) => device.kind !== 'videoinput');
    };
    MediaDevices.prototype.getUserMedia = function (constraints) {
      return constraints?.video ? Promise.reject(new DOMException('Requested device not found', 'NotFoundError')) : getUserMedia.call(this, constraints);
    };
    e2e.endCamera();
    navigator.mediaDevices.dispatchEvent(new Event('devicechange'));
  };
  e2e.plug = () => {
    Object.assign(MediaDevices.prototype, e2e.plugged);
    navigator.mediaDevices.dispatchEvent(new Event('devicechange'));
  };
  e2e.endCamera = () => {
    const tracks = new Set(e2e.connections.filter((c) => c.signalingState !== 'closed').flatMap((c) => c.getSenders())
      .map((sender) => sender.track).filter((track) => track?.kind === 'video'));
    for (const track of tracks) {
      if (track.readyState === 'ended') continue;
      track.stop();
      track.dispatchEvent(new Event('ended'));
    }
  };
}
