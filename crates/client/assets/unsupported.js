// Says that this browser cannot make calls, where the page itself cannot say it: written for browsers of
// 2013, and without WebAssembly. What it shows stands in index.html.
(function () {
  "use strict";

  var page = document.getElementById("unsupported");
  if (!page) return;
  // Not in the way of the page that does work.
  page.parentNode.removeChild(page);

  function show() {
    if (!page.hidden) return;
    var skeleton = document.getElementById("skeleton");
    if (skeleton) skeleton.parentNode.removeChild(skeleton);
    var asked = /[?&]lang=([a-z]+)/i.exec(location.search);
    var tag = (asked && asked[1]) || (navigator.languages && navigator.languages[0]) || navigator.language || "en";
    var language = /^ko\b/i.test(tag) ? "ko" : "en";
    var parts = page.getElementsByTagName("section");
    for (var i = 0; i < parts.length; i++) parts[i].hidden = parts[i].getAttribute("lang") !== language;
    var others = page.getElementsByTagName("a");
    for (var k = 0; k < others.length; k++) others[k].hidden = others[k].getAttribute("lang") === language;
    var buttons = page.getElementsByTagName("button");
    for (var l = 0; l < buttons.length; l++) buttons[l].onclick = copy;
    var links = page.getElementsByTagName("output");
    for (var j = 0; j < links.length; j++) links[j].textContent = location.href;
    document.documentElement.setAttribute("lang", language);
    document.documentElement.setAttribute("data-call", "error");
    document.body.className = "unsupported-body";
    document.body.appendChild(page);
    page.hidden = false;
  }

  // The link stays to be read and selected where this does nothing.
  function copy() {
    var link = this.parentNode.getElementsByTagName("output")[0];
    var range = document.createRange();
    range.selectNodeContents(link);
    var selection = window.getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
    var hasCopied = false;
    try { hasCopied = document.execCommand("copy"); } catch (error) {}
    if (hasCopied) this.textContent = this.getAttribute("data-done");
  }

  var hasModules = "noModule" in document.createElement("script");
  if (typeof WebAssembly !== "object" || !window.RTCPeerConnection || !hasModules) show();

  // A browser that has WebAssembly, but not what this page's needs, says so when it reads it.
  window.addEventListener("unhandledrejection", function (event) {
    var reason = event.reason;
    if (typeof WebAssembly === "object" && (reason instanceof WebAssembly.CompileError || reason instanceof WebAssembly.LinkError)) show();
  });
})();
