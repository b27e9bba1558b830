/* A page that is read from the disk may start no worker. The search then runs in a hidden frame, which takes and gives messages as
   a worker does; its script finds `IFrameWorker` in the page and loads what it needs from beside it. */
(function () {
  if (location.protocol !== "file:") return;

  window.IFrameWorker = function (url) {
    const worker = new EventTarget();
    const waiting = [];
    const frame = document.createElement("iframe");
    frame.hidden = true;
    frame.srcdoc = "<!doctype html><title>search</title><body></body>";
    frame.addEventListener("load", function () {
      const inner = frame.contentWindow;
      inner.postMessage = function (data) {
        worker.dispatchEvent(new MessageEvent("message", { data: data }));
      };
      inner.importScripts = function (...urls) {
        const loaded = (one) => new Promise(function (resolve, reject) {
          const script = inner.document.createElement("script");
          script.src = one;
          script.onload = resolve;
          script.onerror = () => reject(new Error("cannot load " + one));
          inner.document.body.append(script);
        });
        return urls.reduce((before, one) => before.then(() => loaded(one)), Promise.resolve());
      };
      inner.importScripts(url).then(function () {
        frame.ready = true;
        waiting.forEach(give);
      }, (error) => worker.dispatchEvent(new ErrorEvent("error", { error: error, message: error.message })));
    }, { once: true });

    function give(data) {
      frame.contentWindow.dispatchEvent(new MessageEvent("message", { data: data }));
    }

    worker.postMessage = (data) => (frame.ready ? give(data) : waiting.push(data));
    worker.terminate = () => frame.remove();
    (document.body || document.documentElement).append(frame);
    return worker;
  };

  window.Worker = window.IFrameWorker;
})();
