// The second half of the oracle: what arrives of each person over time, by which connection, and what the
// signalling socket and the network were seen to do. Times are milliseconds of the wall clock.
if (!window.__e2e.flows) {
  const e2e = window.__e2e;
  const PACE = 100; // from one look to the next
  const LONG = 400; // a gap worth remembering by itself
  const now = () => performance.timeOrigin + performance.now();

  const links = new Map(); // connection → what is known of it
  e2e.flows = {};          // peer → kind → when something last arrived, and the gaps since the mark
  e2e.events = [];         // [time, what]
  e2e.tiles = [];          // [time, [[peer, state], …]], one for each change

  const ufrag = (description) => /a=ice-ufrag:(\S+)/.exec(description?.sdp || '')?.[1];
  const link = (connection) => {
    let known = links.get(connection);
    if (!known) {
      known = { peer: null, audio: 0, video: 0, fragments: '', restarts: 0, rollbacks: 0, pair: '', way: '' };
      links.set(connection, known);
      let before = connection.signalingState;
      const settle = () => {
        const sides = [connection.currentLocalDescription, connection.currentRemoteDescription].map(ufrag);
        if (connection.signalingState !== 'stable' || !sides.every(Boolean)) return;
        const fragments = sides.join(' ');
        if (known.fragments && known.fragments !== fragments) known.restarts += 1;
        known.fragments = fragments;
      };
      settle();
      connection.addEventListener('signalingstatechange', () => {
        settle();
        if (before === 'have-local-offer' && connection.signalingState === 'have-remote-offer') known.rollbacks += 1;
        before = connection.signalingState;
      });
      for (const what of ['connectionState', 'iceConnectionState']) {
        connection.addEventListener(what.toLowerCase() + 'change', () => e2e.events.push([now(), `${what} ${connection[what]}`]));
      }
    }
    return known;
  };

  const arrived = (peer, kind, time) => {
    const flow = ((e2e.flows[peer] ??= {})[kind] ??= { last: time, longest: 0, gaps: [] });
    const gap = time - flow.last;
    if (gap > flow.longest) flow.longest = gap;
    if (gap > LONG) flow.gaps.push([flow.last, time]);
    flow.last = time;
  };

  const look = async () => {
    // A connection belongs to whose tile has shown it; one that is replaced still did.
    for (const figure of document.querySelectorAll('figure[data-peer]:not([data-peer=self])')) {
      const connection = e2e.connectionOf(figure.dataset.peer);
      if (connection) link(connection).peer = figure.dataset.peer;
    }
    const tiles = [...document.querySelectorAll('figure[data-peer]:not([data-peer=self], [data-kind=screen])')]
      .map((figure) => [figure.dataset.peer, figure.dataset.state || '']).sort();
    if (JSON.stringify(tiles) !== JSON.stringify(e2e.tiles.at(-1)?.[1])) e2e.tiles.push([now(), tiles]);
    await Promise.all(e2e.connections.filter((c) => link(c) && c.signalingState !== 'closed').map(async (connection) => {
      const known = link(connection), seen = { audio: 0, video: 0 };
      const stats = await e2e.statsOf(connection);
      for (const report of stats.values()) {
        if (report.type === 'inbound-rtp') seen[report.kind] += (report.kind === 'video' ? report.framesDecoded : report.packetsReceived) || 0;
        if (report.type === 'candidate-pair' && report.nominated && report.state === 'succeeded' && (report.selected ?? true)) {
          const [local, remote] = [report.localCandidateId, report.remoteCandidateId].map((id) => stats.get(id));
          const end = (c) => c ? `${c.candidateType} ${c.address}:${c.port}` : '?';
          known.pair = `${end(local)} – ${end(remote)}`;
          const isRelayed = [local, remote].some((c) => c?.candidateType === 'relay');
          known.way = isRelayed ? `relay-${local.relayProtocol || local.protocol}` : 'direct';
        }
      }
      const time = now();
      for (const kind of ['audio', 'video']) {
        // Firefox sometimes begins to count anew, and for a moment has no count.
        if (seen[kind] === 0 || seen[kind] === known[kind]) continue;
        if (known.peer) arrived(known.peer, kind, time);
        known[kind] = seen[kind];
      }
    }));
  };
  const turn = async () => {
    try { await look(); } catch { /* closed meanwhile */ }
    setTimeout(turn, PACE);
  };
  turn();

  // Forgets the gaps so far; what is missing at this moment goes on being missing.
  e2e.mark = () => {
    for (const flow of Object.values(e2e.flows).flatMap(Object.values)) Object.assign(flow, { longest: 0, gaps: [] });
    return now();
  };

  // The gaps since the mark, one that is still open included.
  e2e.flow = (peer) => Object.fromEntries(['audio', 'video'].map((kind) => {
    const flow = e2e.flows[peer]?.[kind];
    if (!flow) return [kind, null];
    const open = now() - flow.last;
    return [kind, {
      last: flow.last, longest: Math.max(flow.longest, open),
      gaps: open > LONG ? [...flow.gaps, [flow.last, now()]] : flow.gaps, open: open > LONG,
    }];
  }));

  // So that two pages do something at the same moment.
  e2e.at = (time, what) => setTimeout(what, Math.max(0, time - now()));

  e2e.links = () => e2e.connections.map((connection, index) => {
    const { peer, restarts, rollbacks, pair, way } = link(connection);
    return { index, peer, restarts, rollbacks, pair, way, signaling: connection.signalingState, state: connection.connectionState };
  });

  // ---- the socket: when it opened and closed, and when the server said who is there
  e2e.sockets = [];
  const NativeSocket = window.WebSocket;
  const watched = new WeakSet();
  const watch = (socket, opened) => {
    const known = { made: now(), opened, closed: null, heard: [] };
    watched.add(socket);
    e2e.sockets.push(known);
    socket.addEventListener('open', () => { known.opened = now(); });
    socket.addEventListener('close', () => { known.closed = now(); });
    socket.addEventListener('message', ({ data }) => {
      const message = JSON.parse(data);
      if (message.type === 'ping' || message.type === 'signal') return;
      const { type, you = null, peer = null, peers = null } = message;
      known.heard.push({ time: now(), type, you, peer, peers: peers?.map((other) => [other.peer, !!other.away]) ?? null });
    });
  };
  window.WebSocket = new Proxy(NativeSocket, {
    construct(target, args) {
      const socket = Reflect.construct(target, args);
      watch(socket, null);
      return socket;
    },
  });
  // The lobby may have opened one before this was installed; it is met when it joins at the latest.
  const { send } = NativeSocket.prototype;
  NativeSocket.prototype.send = function (...args) {
    if (!watched.has(this)) watch(this, now());
    return send.apply(this, args);
  };

  // ---- from the click on Join to the first picture of somebody else
  e2e.joined = null;
  e2e.firstPicture = null;
  const watchForPicture = () => {
    const shown = [...document.querySelectorAll('figure[data-peer]:not([data-peer=self], [data-kind=screen]) video')]
      .some((video) => video.videoWidth > 0 && video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA);
    if (shown) e2e.firstPicture = now(); else setTimeout(watchForPicture, 20);
  };
  document.addEventListener('submit', () => { e2e.joined ??= now(); watchForPicture(); }, { capture: true, once: true });

  // ---- what the browser says of the network
  for (const what of ['online', 'offline']) addEventListener(what, () => e2e.events.push([now(), what]));
  navigator.connection?.addEventListener('change', () => e2e.events.push([now(), `connection ${navigator.connection.type}`]));

  // All of it, for who looks into a failure.
  e2e.account = () => ({ links: e2e.links(), sockets: e2e.sockets, tiles: e2e.tiles, events: e2e.events, flows: e2e.flows, said: e2e.said, errors: e2e.errors });
}
