// The page of a consumer: a classic worker does the work.

globalThis.result = new Promise((resolve, reject) => {
  const worker = new Worker(`worker.js${location.search}`);
  worker.onmessage = ({ data }) => resolve(data);
  worker.onerror = ({ message }) => reject(new Error(`in the worker: ${message}`));
});
