(function () {
  "use strict";
  function ready(figure) {
    figure.dataset.ready = "1";
    var data = JSON.parse(figure.querySelector('script[type="application/json"]').textContent);
    var svg = figure.querySelector("svg"), canvas = figure.querySelector(".pm-map-canvas");
    var nodes = {}, arcs = {};
    svg.querySelectorAll(".n").forEach(function (g) { nodes[g.dataset.n] = g; });
    svg.querySelectorAll(".a").forEach(function (g) { arcs[g.dataset.a] = g; });
    var at = data.first.slice(), metric = data.metric;

    function out(name, text) { figure.querySelector('[data-o="' + name + '"]').textContent = text; }
    function hide(group) { for (var key in group) group[key].setAttribute("display", "none"); }
    function put(g, x, y) { g.setAttribute("transform", "translate(" + x + " " + y + ")"); g.removeAttribute("display"); }

    function dashes(shape, dash) {
      if (dash) shape.setAttribute("stroke-dasharray", dash); else shape.removeAttribute("stroke-dasharray");
    }

    function colour() {
      data.faces[metric].forEach(function (face, i) {
        var rect = nodes[i].querySelector("rect");
        rect.setAttribute("fill", face[0]);
        rect.setAttribute("stroke", face[2]);
        rect.setAttribute("stroke-width", face[3] ? "1.8" : "1");
        dashes(rect, face[3]);
        nodes[i].querySelectorAll("text").forEach(function (t) { t.setAttribute("fill", face[1]); });
      });
      data.strokes[metric].forEach(function (stroke, i) {
        var paths = arcs[i].querySelectorAll("path");
        paths[0].setAttribute("stroke", stroke[1]);
        paths[0].setAttribute("stroke-width", stroke[2]);
        dashes(paths[0], stroke[3]);
        paths[1].setAttribute("fill", stroke[1]);
        arcs[i].querySelector("text").textContent = stroke[0];
      });
      figure.querySelectorAll("[data-m]").forEach(function (b) {
        b.setAttribute("aria-pressed", String(b.dataset.m === metric));
      });
    }

    function place() {
      var row = data.rows[at[0]];
      at[1] = Math.min(at[1], row.views.length - 1);
      var view = row.views[at[1]], pad = data.pad;
      var size = [view.size[0] + 2 * pad, view.size[1] + 2 * pad], box = [-pad, -pad].concat(size);
      svg.setAttribute("viewBox", box.join(" "));
      svg.setAttribute("width", size[0]);
      svg.setAttribute("height", size[1]);
      var bg = svg.querySelector(".bg");
      bg.setAttribute("width", size[0]);
      bg.setAttribute("height", size[1]);
      hide(nodes); hide(arcs);
      put(nodes.s, view.ends[0][0], view.ends[0][1]);
      put(nodes.e, view.ends[1][0], view.ends[1][1]);
      view.nodes.forEach(function (n) { put(nodes[n[0]], n[1], n[2]); });
      view.arcs.forEach(function (a) {
        var g = arcs[a[0]], paths = g.querySelectorAll("path"), text = g.querySelector("text");
        paths[0].setAttribute("d", a[1]);
        paths[1].setAttribute("d", a[2]);
        text.setAttribute("x", a[3]);
        text.setAttribute("y", a[4]);
        g.removeAttribute("display");
      });
      var slider = figure.querySelector('[data-s="p"]');
      slider.max = row.views.length - 1;
      slider.value = at[1];
      out("a", row.label); out("p", view.label); out("k", view.kept);
    }

    figure.querySelectorAll("[data-s]").forEach(function (input) {
      input.addEventListener("input", function () { at[input.dataset.s === "a" ? 0 : 1] = Number(input.value); place(); });
    });
    figure.querySelectorAll("[data-m]").forEach(function (button) {
      button.addEventListener("click", function () { metric = button.dataset.m; colour(); });
    });

    var tip = document.createElement("div");
    tip.className = "pm-map-tip";
    tip.hidden = true;
    canvas.appendChild(tip);
    svg.querySelectorAll(".n,.a").forEach(function (g) {
      var title = g.querySelector("title"), text = title.textContent;
      g.setAttribute("aria-label", text);
      g.addEventListener("mousemove", function (event) {
        var frame = canvas.getBoundingClientRect();
        title.textContent = "";
        tip.textContent = text;
        tip.hidden = !text;
        var x = event.clientX - frame.left + canvas.scrollLeft, y = event.clientY - frame.top + canvas.scrollTop;
        tip.style.left = Math.max(0, Math.min(x + 14, canvas.scrollLeft + canvas.clientWidth - tip.offsetWidth - 6)) + "px";
        tip.style.top = (y + 14) + "px";
      });
      g.addEventListener("mouseleave", function () { tip.hidden = true; title.textContent = text; });
    });

    function save(name, address) {
      var link = document.createElement("a");
      link.download = name;
      link.href = address;
      link.click();
    }
    function source() {
      var copy = svg.cloneNode(true);
      copy.querySelectorAll('[display="none"]').forEach(function (g) { g.remove(); });
      return new XMLSerializer().serializeToString(copy);
    }
    figure.querySelector('[data-save="svg"]').addEventListener("click", function () {
      save("process-map.svg", URL.createObjectURL(new Blob([source()], { type: "image/svg+xml" })));
    });
    figure.querySelector('[data-save="png"]').addEventListener("click", function () {
      var image = new Image(), scale = 2, page = document.createElement("canvas");
      image.onload = function () {
        page.width = svg.getAttribute("width") * scale;
        page.height = svg.getAttribute("height") * scale;
        page.getContext("2d").drawImage(image, 0, 0, page.width, page.height);
        save("process-map.png", page.toDataURL("image/png"));
      };
      image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(source());
    });
  }
  document.querySelectorAll("figure.pm-map:not([data-ready])").forEach(function (figure) {
    if (figure.querySelector('script[type="application/json"]')) ready(figure);
  });
})();
