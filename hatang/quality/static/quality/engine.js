// Runs the ndt7 client of M-Lab (a classic script: window.ndt7) one direction after the other; can be cancelled.
// The server ends a direction at half of the data that was told before; a server that does not is left here.
const MOST_PART = 0.6;
let current = null;
const Plain = window.Worker;
window.Worker = class extends Plain {
  constructor(...given) {
    super(...given);
    current = this;
  }
};

const EMPTY = { down: null, up: null, delay: null, jitter: null, loss: null, family: 0, uuids: {} };

// What the kernel of the server saw, in the names of the specification: microseconds and bytes.
function seen(result, { TCPInfo: tcp, ConnectionInfo: connection }, direction) {
  if (connection?.UUID) result.uuids[direction] = connection.UUID;
  if (connection?.Client) result.family = connection.Client.split(":").length > 2 ? 6 : 4;
  if (direction !== "download" || !tcp) return;
  if (tcp.MinRTT > 0) result.delay = tcp.MinRTT / 1000;
  if (tcp.RTTVar >= 0) result.jitter = tcp.RTTVar / 1000;
  if (tcp.BytesSent > 0) result.loss = (100 * (tcp.BytesRetrans ?? 0)) / tcp.BytesSent;
}

const received = ({ AppInfo: app } = {}) =>
  app?.ElapsedTime > 0 && app.NumBytes > 0 ? (8 * app.NumBytes) / app.ElapsedTime : null;

export function begin({ server, protocol, workers, mostBytes, on }) {
  const result = structuredClone(EMPTY);
  const config = { server, protocol, mlabDataPolicyInapplicable: true, downloadworkerfile: workers.down, uploadworkerfile: workers.up };
  let cancelled = false;

  async function direction(name, allowed, run, read) {
    let figure = null, spent = 0, failed = false;
    const take = ({ Source, Data }) => {
      if (Source === "server") seen(result, Data, name);
      const now = name === "upload" && Source === "server" ? received(Data) : Source === "client" ? Data.MeanClientMbps : null;
      if (Source === "client") spent = Data.NumBytes;
      if (now > 0) figure = now;
      if (!cancelled && now > 0) on.figure(name, now, Source === "client" ? Data.ElapsedTime : null);
      if (spent > allowed) current?.resolve(0);
    };
    const complete = ({ LastClientMeasurement: client, LastServerMeasurement: answer }) => {
      figure = read(client, answer) ?? figure;
    };
    on.stage(name);
    const calls = { error: () => { failed = true; } };
    calls[`${name}Measurement`] = take;
    calls[`${name}Complete`] = complete;
    await run(config, calls, window.ndt7.discoverServerURLs(config, calls));
    if (cancelled) throw new Error("cancelled");
    if (failed || figure === null) throw new Error("failed");
    return figure;
  }

  async function all() {
    const most = mostBytes > 0 ? MOST_PART * mostBytes : Infinity;
    result.down = await direction("download", most, window.ndt7.downloadTest, (client) => client?.MeanClientMbps ?? null);
    result.up = await direction("upload", most, window.ndt7.uploadTest, (client, answer) => received(answer) ?? client?.MeanClientMbps ?? null);
    return result;
  }

  return {
    done: all(),
    cancel() {
      cancelled = true;
      current?.resolve(3);
    },
  };
}
