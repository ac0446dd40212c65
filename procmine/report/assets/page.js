(function () {
  "use strict";
  var links = Array.prototype.slice.call(document.querySelectorAll("nav a"));
  function mark() {
    var here = null;
    links.forEach(function (link) {
      var target = document.getElementById(decodeURIComponent(link.hash.slice(1)));
      if (target && target.getBoundingClientRect().top < 140) here = link;
    });
    if (window.innerHeight + window.scrollY >= document.documentElement.scrollHeight - 4) here = links[links.length - 1];
    here = here || links[0];
    links.forEach(function (link) { link.className = link === here ? "on" : ""; });
  }
  if (links.length) { mark(); window.addEventListener("scroll", mark, { passive: true }); }

  var code = document.querySelector(".show-code");
  if (document.querySelector(".code")) {
    code.addEventListener("click", function () {
      code.setAttribute("aria-pressed", String(document.body.classList.toggle("with-code")));
    });
  } else code.remove();

  var english = document.documentElement.lang === "en";
  function set(box, name, value) { if (value) box.setAttribute(name, value); else box.removeAttribute(name); }
  function reachable(box) {
    var named = box.querySelector("caption, svg[aria-label]"), scrolls = box.scrollWidth > box.clientWidth;
    var name = named ? named.getAttribute("aria-label") || named.textContent : english ? "Code" : "代码";
    if (box.tagName !== "FIGURE") set(box, "role", scrolls && "group");
    set(box, "aria-label", scrolls && name);
    set(box, "tabindex", scrolls && "0");
  }
  var sizes = new ResizeObserver(function (changes) { changes.forEach(function (one) { reachable(one.target); }); });
  document.querySelectorAll(".pm-scroll, .pm-chart, .code pre").forEach(function (box) { sizes.observe(box); });

  pmTables(document);
})();
