// Says that this browser cannot make calls, in place of the page: can-call.js has found out, and loads this. Written for
// browsers of 2013.
(function () {
  "use strict";

  var hasAsked = false;
  var sheet = document.createElement("link");
  sheet.rel = "stylesheet";
  sheet.href = "/unsupported.css";
  sheet.onload = sheet.onerror = ask;
  document.head.appendChild(sheet);
  // Not all of these browsers tell that a sheet is there.
  setTimeout(ask, 2000);

  var request = new XMLHttpRequest();
  request.onload = function () {
    if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", show);
    else show();
  };

  function ask() {
    if (hasAsked) return;
    hasAsked = true;
    request.open("GET", "/unsupported.html");
    request.send();
  }

  function show() {
    document.body.className = "unsupported-body";
    document.body.innerHTML = request.responseText;
    var asked = /[?&]lang=([a-z]+)/i.exec(location.search);
    var tag = (asked && asked[1]) || (navigator.languages && navigator.languages[0]) || navigator.language || "en";
    var language = /^ko\b/i.test(tag) ? "ko" : "en";
    var parts = document.getElementsByTagName("section");
    for (var i = 0; i < parts.length; i++) parts[i].hidden = parts[i].getAttribute("lang") !== language;
    var others = document.getElementsByTagName("a");
    for (var k = 0; k < others.length; k++) others[k].hidden = others[k].getAttribute("lang") === language;
    var buttons = document.getElementsByTagName("button");
    for (var l = 0; l < buttons.length; l++) buttons[l].onclick = copy;
    var links = document.getElementsByTagName("output");
    for (var j = 0; j < links.length; j++) links[j].textContent = location.href;
    document.documentElement.setAttribute("lang", language);
    document.documentElement.setAttribute("data-call", "error");
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
})();
