// What a page looks like at every change of it, for whoever asks later: milliseconds since its navigation began.
(() => {
  const CHART = '[data-testid="stVegaLiteChart"]';
  const UNFINISHED = '[data-testid="stSkeleton"], [data-testid="stSpinner"], .falaj-waiting';
  const moments = [];
  const painted = new WeakMap();
  let last = "";
  const isDrawn = (chart) => chart.querySelector("svg.marks path[d], canvas.marks") !== null;
  const look = (changes) => {
    const at = performance.now();
    for (const { target } of changes) {
      const chart = (target.closest ? target : target.parentElement)?.closest(CHART);
      if (chart) painted.set(chart, at);
    }
    const charts = [...document.querySelectorAll(CHART)];
    const drawn = charts.filter(isDrawn);
    const said = {
      charts: charts.length,
      drawn: drawn.length,
      // When the last of them was painted.
      painted: Math.max(0, ...drawn.map((chart) => painted.get(chart) ?? 0)),
      answered: document.querySelector(".falaj-answer") !== null,
      waiting: document.querySelectorAll(UNFINISHED).length,
      idle: document.querySelector('[data-testid="stApp"]')?.dataset.testScriptState === "notRunning",
    };
    const now = JSON.stringify(said);
    if (now !== last) moments.push({ at, ...said });
    last = now;
  };
  new MutationObserver(look).observe(document, {
    subtree: true, childList: true, attributeFilter: ["data-test-script-state", "class", "d"],
  });
  window.falajMoments = moments;
})();
