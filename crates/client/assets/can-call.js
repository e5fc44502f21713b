// Lets unsupported.js say that this browser cannot make calls, where the page itself cannot say it: written, as that is,
// for browsers of 2013, and without WebAssembly.
(function () {
  "use strict";

  function say() {
    say = function () {};
    var script = document.createElement("script");
    script.src = "/unsupported.js";
    document.head.appendChild(script);
  }

  var hasModules = "noModule" in document.createElement("script");
  if (typeof WebAssembly !== "object" || !window.RTCPeerConnection || !hasModules) say();

  // A browser that has WebAssembly, but not what this page's needs, says so when it reads it.
  window.addEventListener("unhandledrejection", function (event) {
    var reason = event.reason;
    if (typeof WebAssembly === "object" && (reason instanceof WebAssembly.CompileError || reason instanceof WebAssembly.LinkError)) say();
  });
})();
