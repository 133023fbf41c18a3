// Replaces the drawing in a [data-chart] by its interactive version, once the page has loaded
// and the chart is near the window. Without this the drawing stays; the table always does.
(() => {
  const plotly = document.currentScript.dataset.plotly;
  const MIN_HEIGHT = 420; // px: room for the legend under the chart on a tablet
  let loading;

  function load() {
    loading ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = plotly;
      script.onload = () => resolve(window.Plotly);
      script.onerror = reject;
      document.head.append(script);
    });
    return loading;
  }

  async function replace(drawing) {
    const figure = JSON.parse(document.getElementById(drawing.dataset.chart).textContent);
    const Plotly = await load();
    const chart = document.createElement("div");
    chart.setAttribute("role", "img");
    chart.setAttribute("aria-label", drawing.closest("figure").querySelector("figcaption").textContent.trim());
    const height = figure.layout.height ?? Math.max(drawing.clientHeight, MIN_HEIGHT);
    drawing.replaceChildren(chart);
    await Plotly.newPlot(chart, figure.data, { ...figure.layout, height, autosize: true }, {
      displayModeBar: false,
      responsive: true,
    });
  }

  window.addEventListener("load", () => {
    const near = new IntersectionObserver(
      (entries) => {
        for (const { isIntersecting, target } of entries) {
          if (isIntersecting) {
            near.unobserve(target);
            replace(target);
          }
        }
      },
      { rootMargin: "200px" },
    );
    document.querySelectorAll("[data-chart]").forEach((drawing) => near.observe(drawing));
  });
})();
