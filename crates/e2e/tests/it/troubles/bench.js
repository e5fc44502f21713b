// A bench of devices at the browser's own door: what is there can be plugged in and out, taken away, and made to
// refuse. Real devices of the browser lie behind it, and what it is not told to change is as ever.
{
  const doors = MediaDevices.prototype;
  const { getUserMedia: open, enumerateDevices: list } = doors;
  const bench = { unplugged: new Set(), tracks: [], log: [], refuses: () => null };
  window.__bench = bench;

  const kinds = { videoinput: 'video', audioinput: 'audio' };
  const idOf = (constraint) => constraint?.deviceId?.exact ?? constraint?.deviceId?.ideal;

  doors.enumerateDevices = async function () {
    return (await list.call(this)).filter(({ deviceId, kind }) => !bench.unplugged.has(deviceId) && !bench.unplugged.has(kind));
  };
  doors.getUserMedia = async function (constraints) {
    const asked = { ...constraints };
    const error = bench.refuses(asked);
    bench.log.push(`${error ? 'refused' : 'open'} ${Object.keys(asked)}`);
    if (error) throw error;
    const there = await this.enumerateDevices();
    for (const [deviceKind, kind] of Object.entries(kinds)) {
      if (!asked[kind] || !bench.unplugged.size) continue;
      const present = there.filter((device) => device.kind === deviceKind);
      if (!present.length) throw new DOMException('', 'NotFoundError');
      if (present.some(({ deviceId }) => deviceId === idOf(asked[kind]))) continue;
      if (asked[kind].deviceId?.exact) throw new OverconstrainedError('deviceId', '');
      // Not the next: what the second camera that Chromium invents takes is never encoded.
      asked[kind] = { ...asked[kind], deviceId: { exact: present.at(-1).deviceId } };
    }
    const stream = await open.call(this, asked);
    for (const track of stream.getTracks()) {
      bench.tracks.push(track);
      const { stop } = track;
      track.stop = () => { bench.log.push(`stop ${track.kind}`); stop.call(track); };
    }
    return stream;
  };

  bench.live = (kind) => bench.tracks.filter((track) => track.kind === kind && track.readyState === 'live');
  // As browsers do it: the track ends by itself, and only that is an event.
  bench.end = (kind) => {
    for (const track of bench.live(kind)) {
      MediaStreamTrack.prototype.stop.call(track);
      track.dispatchEvent(new Event('ended'));
    }
  };
  const tell = () => navigator.mediaDevices.dispatchEvent(new Event('devicechange'));
  // Which one is in use, or a whole kind.
  bench.unplug = (kind, all) => {
    const ids = bench.live(kind).map((track) => track.getSettings().deviceId);
    for (const id of all ? [all] : ids) bench.unplugged.add(id);
    bench.end(kind);
    tell();
  };
  bench.plug = () => {
    bench.unplugged.clear();
    tell();
  };
}
