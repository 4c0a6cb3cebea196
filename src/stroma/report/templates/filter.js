(function () {
  var form = document.getElementById("filter");
  if (!form) return;
  var find = document.getElementById("find");
  var boxes = form.querySelectorAll("input[type=checkbox]");
  function apply() {
    var words = find.value.toLowerCase();
    var shown = Array.prototype.filter.call(boxes, function (box) { return box.checked; })
      .map(function (box) { return box.value; });
    document.querySelectorAll("[data-v]").forEach(function (part) {
      var name = part.querySelector("h2, th.who").textContent.toLowerCase();
      var verdicts = part.getAttribute("data-v").trim().split(" ");
      var wanted = verdicts[0] === "" || verdicts.some(function (v) { return shown.indexOf(v) >= 0; });
      part.hidden = !(wanted && name.indexOf(words) >= 0);
    });
  }
  form.hidden = false;
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  form.addEventListener("input", apply);
}());
