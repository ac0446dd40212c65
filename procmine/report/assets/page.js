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

  document.querySelectorAll("table.pm-table").forEach(function (table) {
    var body = table.tBodies[0];
    if (!body || !table.tHead || body.rows.length < 3) return;
    if (body.rows.length > 15) {
      var field = document.createElement("input");
      field.type = "search";
      field.className = "pm-search";
      field.placeholder = english ? "Search these rows" : "在这些行里查找";
      field.setAttribute("aria-label", field.placeholder);
      field.addEventListener("input", function () {
        var wanted = field.value.trim().toLowerCase();
        Array.prototype.forEach.call(body.rows, function (row) {
          row.hidden = row.textContent.toLowerCase().indexOf(wanted) < 0;
        });
      });
      table.parentNode.parentNode.insertBefore(field, table.parentNode);
    }
    Array.prototype.forEach.call(table.tHead.rows[0].cells, function (head, column) {
      var button = document.createElement("button");
      button.type = "button";
      button.className = "pm-sort";
      button.append.apply(button, head.childNodes);
      head.appendChild(button);
      function sort() {
        var up = head.getAttribute("aria-sort") === "descending";
        var rows = Array.prototype.slice.call(body.rows);
        rows.sort(function (a, b) {
          var x = a.cells[column], y = b.cells[column];
          var order = "v" in x.dataset ? (parseFloat(x.dataset.v) || 0) - (parseFloat(y.dataset.v) || 0) : x.textContent.localeCompare(y.textContent);
          return up ? order : -order;
        });
        Array.prototype.forEach.call(table.tHead.rows[0].cells, function (other) { other.removeAttribute("aria-sort"); });
        head.setAttribute("aria-sort", up ? "ascending" : "descending");
        rows.forEach(function (row) { body.appendChild(row); });
      }
      button.addEventListener("click", sort);
    });
  });
})();
