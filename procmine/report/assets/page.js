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

  pmTables(document);
})();
