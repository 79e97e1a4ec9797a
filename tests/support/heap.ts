/**
 * Counts the objects of a running Deno by its inspector.
 *
 * @module
 */

/**
 * Returns how many objects of a class a process holds after a collection.
 *
 * @param port where its inspector listens on 127.0.0.1.
 */
export async function objectsOf(name: string, port: number): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${port}/json/list`);
  const [target] = await answer.json();
  const socket = new WebSocket(target.webSocketDebuggerUrl);
  await new Promise((resolve) => socket.onopen = resolve);
  const chunks: string[] = [];
  const waiting = new Map<number, () => void>();
  socket.onmessage = ({ data }) => {
    const { id, method, params } = JSON.parse(data);
    if (method === "HeapProfiler.addHeapSnapshotChunk") {
      chunks.push(params.chunk);
    }
    waiting.get(id)?.();
  };
  const call = (id: number, method: string) =>
    new Promise<void>((resolve) => {
      waiting.set(id, resolve);
      socket.send(JSON.stringify({ id, method }));
    });
  await call(1, "HeapProfiler.enable");
  await call(2, "HeapProfiler.collectGarbage");
  await call(3, "HeapProfiler.takeHeapSnapshot");
  const closed = new Promise((resolve) => socket.onclose = resolve);
  socket.close();
  await closed;
  const { snapshot, nodes, strings } = JSON.parse(chunks.join(""));
  const { node_fields: fields, node_types: [types] } = snapshot.meta;
  let count = 0;
  for (let node = 0; node < nodes.length; node += fields.length) {
    const isObject = types[nodes[node]] === "object";
    if (isObject && strings[nodes[node + 1]] === name) count++;
  }
  return count;
}
