var here = document.currentScript, root = here.closest(".pm-out") || here.parentNode.querySelector(".pm-out");
  if (!root || root.dataset.ready) return;
  root.dataset.ready = "1";

  function owned(svg) {
    var mark = "pm" + Math.random().toString(36).slice(2) + "-";
    svg.querySelectorAll("[id]").forEach(function (one) {
      svg.querySelectorAll("*").forEach(function (other) {
        Array.prototype.forEach.call(other.attributes, function (at) {
          if (at.value === "#" + one.id) at.value = "#" + mark + one.id;
          else at.value = at.value.split("url(#" + one.id + ")").join("url(#" + mark + one.id + ")");
        });
      });
      one.id = mark + one.id;
    });
    return svg;
  }
  root.querySelectorAll("img.pm-drawn").forEach(function (image) {
    var bytes = Uint8Array.from(atob(image.src.split(",")[1]), function (sign) { return sign.charCodeAt(0); });
    var svg = new DOMParser().parseFromString(new TextDecoder().decode(bytes), "image/svg+xml").documentElement;
    if (svg.nodeName === "svg") image.replaceWith(owned(document.importNode(svg, true)));
  });
  root.querySelectorAll(".pm-still").forEach(function (note) { note.remove(); });
  root.querySelectorAll("script.pm-later").forEach(function (later) {
    later.replaceWith(document.createRange().createContextualFragment(later.textContent.split("<\\/").join("</")));
  });
  pmTables(root);
