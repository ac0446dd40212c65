(function () {
  "use strict";
  var STEPS = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1, Home: -Infinity, End: Infinity };
  var SCALE = 2, LONGEST = 16000, LARGEST = 2e8;  // of a canvas, below what browsers draw

  function ready(figure) {
    figure.pmReady = true;
    var data = JSON.parse(figure.querySelector('script[type="application/json"]').textContent);
    var canvas = figure.querySelector(".pm-map-canvas"), svg = canvas.querySelector("svg");
    var tip = canvas.querySelector(".pm-map-tip"), isCopy = !!tip;
    var nodes = {}, arcs = {}, spots = {};
    svg.querySelectorAll(".n").forEach(function (g) { nodes[g.dataset.n] = g; });
    svg.querySelectorAll(".a").forEach(function (g) { arcs[g.dataset.a] = g; });
    var at = data.first.slice(), metric = data.metric, pointer = "";

    function view() {
      var views = data.rows[at[0]].views;
      return views[Math.min(at[1], views.length - 1)];
    }
    function out(name, text) { figure.querySelector('[data-o="' + name + '"]').textContent = text; }
    function hide(group) { for (var key in group) group[key].setAttribute("display", "none"); }
    function put(key, x, y) {
      spots[key] = [x, y];
      nodes[key].setAttribute("transform", "translate(" + x + " " + y + ")");
      nodes[key].removeAttribute("display");
    }
    function frame(drawing, box) {
      var paper = drawing.querySelector(".bg");
      ["x", "y", "width", "height"].forEach(function (name, i) { paper.setAttribute(name, box[i]); });
      drawing.setAttribute("viewBox", box.join(" "));
      drawing.setAttribute("width", box[2]);
      drawing.setAttribute("height", box[3]);
    }
    function around(head) {
      var size = view().size, pad = data.pad, width = Math.max(size[0], head.width);
      var box = [-pad - (width - size[0]) / 2, -pad - head.height, width + 2 * pad, size[1] + head.height + 2 * pad];
      return box.map(function (length) { return Math.round(length * 10) / 10; });
    }

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

    function count() {
      var row = data.rows[at[0]], most = row.views.length - 1;
      [["a", at[0], data.rows.length - 1, row.label], ["p", Math.min(at[1], most), most, view().label]].forEach(function (one) {
        var slider = figure.querySelector('[data-s="' + one[0] + '"]');
        slider.max = one[2];
        slider.value = one[1];
        slider.disabled = !one[2];
        slider.setAttribute("aria-valuetext", one[3]);
        out(one[0], one[3]);
      });
      out("k", view().kept);
    }

    function place() {
      frame(svg, around({ width: 0, height: 0 }));
      hide(nodes); hide(arcs);
      put("s", view().ends[0][0], view().ends[0][1]);
      put("e", view().ends[1][0], view().ends[1][1]);
      view().nodes.forEach(function (n) { put(n[0], n[1], n[2]); });
      view().arcs.forEach(function (a) {
        var g = arcs[a[0]], paths = g.querySelectorAll("path"), text = g.querySelector("text");
        [a[1], a[2], a[1]].forEach(function (line, i) { paths[i].setAttribute("d", line); });
        text.setAttribute("x", a[3]);
        text.setAttribute("y", a[4]);
        g.removeAttribute("display");
      });
      tip.hidden = true;
      count();
      reach(inOrder()[0]);
    }

    function inOrder() {
      function near(a, b) { return spots[a][1] - spots[b][1] || spots[a][0] - spots[b][0]; }
      var keys = view().nodes.map(function (n) { return String(n[0]); }).concat("s", "e").sort(near), order = [];
      var shown = view().arcs.map(function (a) { return a[0]; });
      keys.forEach(function (key) {
        var leaving = shown.filter(function (arc) { return String(data.links[arc][0]) === key; });
        leaving.sort(function (a, b) { return near(data.links[a][1], data.links[b][1]); });
        order.push(nodes[key]);
        leaving.forEach(function (arc) { order.push(arcs[arc]); });
      });
      return order;
    }
    function reach(g) {
      svg.querySelectorAll('[tabindex="0"]').forEach(function (other) { other.setAttribute("tabindex", "-1"); });
      g.setAttribute("tabindex", "0");
    }

    function tell(g, x, y) {
      var room = canvas.getBoundingClientRect();
      tip.textContent = g.getAttribute("aria-label");
      tip.hidden = false;
      var left = x - room.left + canvas.scrollLeft + 14, top = y - room.top + canvas.scrollTop + 14;
      var right = canvas.scrollLeft + canvas.clientWidth - tip.offsetWidth - 6;
      if (top + tip.offsetHeight > canvas.scrollTop + canvas.clientHeight) top -= tip.offsetHeight + 24;
      tip.style.left = Math.max(0, Math.min(left, right)) + "px";
      tip.style.top = Math.max(0, top) + "px";
    }
    function tellOf(g) {
      var line = g.classList.contains("a") && g.querySelector("path");
      var spot = line ? line.getPointAtLength(line.getTotalLength() / 2) : svg.createSVGPoint();
      spot = spot.matrixTransform(g.getScreenCTM());
      tell(g, spot.x, spot.y);
    }
    function quiet() { tip.hidden = true; }
    function under(event) { return event.target.closest(".n,.a"); }

    function prepare() {
      svg.setAttribute("role", "group");
      svg.setAttribute("aria-label", data.title + " – " + data.words.keys);
      svg.querySelectorAll(".n,.a").forEach(function (g) {
        var title = g.querySelector("title");
        g.setAttribute("role", "img");
        g.setAttribute("tabindex", "-1");
        g.setAttribute("aria-label", title.textContent);
        title.remove();
        if (g.classList.contains("n")) return;
        var wide = g.querySelector("path").cloneNode();
        wide.setAttribute("class", "hit");
        g.appendChild(wide);
      });
      tip = document.createElement("div");
      tip.className = "pm-map-tip";
      tip.hidden = true;
      tip.setAttribute("aria-hidden", "true");
      canvas.appendChild(tip);
    }

    function watch() {
      figure.querySelectorAll("[data-s]").forEach(function (input) {
        input.addEventListener("input", function () { at[input.dataset.s === "a" ? 0 : 1] = Number(input.value); place(); });
      });
      figure.querySelectorAll("[data-m]").forEach(function (button) {
        button.addEventListener("click", function () { metric = button.dataset.m; colour(); });
      });
      figure.querySelector('[data-save="svg"]').addEventListener("click", saveSvg);
      figure.querySelector('[data-save="png"]').addEventListener("click", savePng);
      svg.addEventListener("pointermove", function (event) {
        var here = event.clientX + " " + event.clientY;
        if (event.pointerType === "touch" || here === pointer) return;  // the page scrolled below a mouse at rest
        pointer = here;
        if (under(event)) tell(under(event), event.clientX, event.clientY); else quiet();
      });
      svg.addEventListener("click", function (event) {
        if (under(event)) tell(under(event), event.clientX, event.clientY); else quiet();
      });
      svg.addEventListener("pointerleave", quiet);
      // an svg that listens to the focus would be a stop for the tab key itself
      canvas.addEventListener("focusin", function (event) { if (under(event)) { reach(under(event)); tellOf(under(event)); } });
      canvas.addEventListener("focusout", quiet);
      svg.addEventListener("keydown", function (event) {
        if (event.key === "Escape") quiet();
        if (!(event.key in STEPS) || !under(event)) return;
        var order = inOrder(), to = order.indexOf(under(event)) + STEPS[event.key];
        event.preventDefault();
        order[Math.max(0, Math.min(to, order.length - 1))].focus();
      });
    }

    function picture() {
      var copy = svg.cloneNode(true), head = data.head, box = around(head), g = document.createElementNS(svg.namespaceURI, "g");
      copy.querySelectorAll('[display="none"],.hit').forEach(function (part) { part.remove(); });
      copy.querySelectorAll(".n,.a").forEach(function (part) {
        var title = document.createElementNS(svg.namespaceURI, "title");
        title.textContent = part.getAttribute("aria-label");
        part.insertBefore(title, part.firstChild);
        ["aria-label", "role", "tabindex"].forEach(function (name) { part.removeAttribute(name); });
      });
      copy.setAttribute("role", "img");
      copy.setAttribute("aria-label", data.title);
      frame(copy, box);
      g.setAttribute("class", "head");
      g.setAttribute("transform", "translate(" + (box[0] + data.pad) + " " + (box[1] + data.pad) + ")");
      g.innerHTML = head.svg;
      g.querySelector(".line").textContent = data.metrics[metric] + " · " + view().said;
      copy.appendChild(g);
      return copy;
    }
    function fileName(ending) {
      return (data.title + " · " + data.metrics[metric]).replace(/[\\\/:*?"<>|\u0000-\u001f]+/g, "_") + ending;
    }
    function save(name, blob) {
      var link = document.createElement("a");
      link.download = name;
      link.href = URL.createObjectURL(blob);
      link.click();
      setTimeout(function () { URL.revokeObjectURL(link.href); }, 60000);
    }
    function saveSvg() {
      save(fileName(".svg"), new Blob([new XMLSerializer().serializeToString(picture())], { type: "image/svg+xml" }));
    }
    function savePng() {
      var name = fileName(".png"), drawing = picture(), image = new Image(), page = document.createElement("canvas");
      var width = Number(drawing.getAttribute("width")), height = Number(drawing.getAttribute("height"));
      var scale = Math.min(SCALE, LONGEST / width, LONGEST / height, Math.sqrt(LARGEST / width / height));
      function failed() { out("k", data.words.failed); }
      image.onerror = failed;
      image.onload = function () {
        page.width = Math.round(width * scale);
        page.height = Math.round(height * scale);
        page.getContext("2d").drawImage(image, 0, 0, page.width, page.height);
        page.toBlob(function (blob) { if (blob) save(name, blob); else failed(); }, "image/png");
      };
      image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(new XMLSerializer().serializeToString(drawing));
    }

    view().nodes.concat([["s"].concat(view().ends[0]), ["e"].concat(view().ends[1])]).forEach(function (n) { spots[n[0]] = [n[1], n[2]]; });
    if (isCopy) { colour(); place(); } else { prepare(); count(); reach(inOrder()[0]); }
    watch();
  }
  document.querySelectorAll("figure.pm-map").forEach(function (figure) {
    if (!figure.pmReady && figure.querySelector('script[type="application/json"]')) ready(figure);
  });
})();
