function pmTables(root) {
  root.querySelectorAll("table.pm-table").forEach(function (table) {
    var body = table.tBodies[0];
    if (!body || !table.tHead || body.rows.length < 3) return;
    var each = Array.prototype.forEach, heads = table.tHead.rows[0].cells;
    if (body.rows.length > 15) {
      var field = document.createElement("input");
      field.type = "search";
      field.className = "pm-search";
      field.placeholder = table.closest("[lang]").lang === "en" ? "Search these rows" : "在这些行里查找";
      field.setAttribute("aria-label", field.placeholder);
      field.addEventListener("input", function () {
        var wanted = field.value.trim().toLowerCase();
        each.call(body.rows, function (row) { row.hidden = row.textContent.toLowerCase().indexOf(wanted) < 0; });
      });
      table.parentNode.parentNode.insertBefore(field, table.parentNode);
    }
    each.call(heads, function (head, column) {
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
        each.call(heads, function (other) { other.removeAttribute("aria-sort"); });
        head.setAttribute("aria-sort", up ? "ascending" : "descending");
        rows.forEach(function (row) { body.appendChild(row); });
      }
      button.addEventListener("click", sort);
    });
  });
}
