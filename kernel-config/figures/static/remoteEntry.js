/** @file Plotly figures in JupyterLab and Notebook: interactive without a network, and never wider than their column.
 *
 * A container of module federation, as https://jupyterlab.readthedocs.io/en/stable/extension/extension_dev.html asks of a prebuilt
 * extension, written by hand: it needs two modules, and takes both from the page. Beside it stands Plotly's basic bundle, plotly.js,
 * which the first figure loads. Until then, and where a figure cannot be drawn, the output's own picture is shown.
 */
(() => {
  const NAME = "@eightfold/figures";
  const FIGURE = "application/vnd.plotly.v1+json";
  /** Before `image/png` and `text/html`, which come with a figure for pages that know no Plotly. */
  const RANK = 1;
  /** What Plotly takes for a figure that says no height. */
  const HEIGHT = 450;
  const PLOTLY_URL = new URL("plotly.js", document.currentScript.src).href;

  let shared;
  let plotly;

  /** A module that the page itself has: the newest version, which is the one that it takes for itself. */
  async function moduleOfPage(name) {
    const versions = Object.entries(shared[name] ?? {});
    versions.sort(([a], [b]) => a.localeCompare(b, "en", { numeric: true }));
    const [, newest] = versions.at(-1) ?? [];
    if (newest === undefined) throw new Error(`${NAME} requires ${name}, which this page does not share`);
    return (await newest.get())();
  }

  /** Loaded by the first figure; what the page calls Plotly stays what it is. */
  function loadPlotly() {
    plotly ??= new Promise((resolve, reject) => {
      const before = window.Plotly;
      const script = document.createElement("script");
      script.src = PLOTLY_URL;
      script.onload = () => {
        resolve(window.Plotly);
        window.Plotly = before;
      };
      script.onerror = () => {
        plotly = undefined; // the next figure tries again
        reject(new Error(`${PLOTLY_URL} could not be loaded`));
      };
      document.head.append(script);
    });
    return plotly;
  }

  /**
   * Keeps what Plotly draws below a node within the node's width: a figure of a fixed width is shown smaller, as a picture would be. A
   * new layout for the smaller width would cut titles off, which Plotly does not wrap.
   *
   * @returns ends it
   */
  function keepInColumn(node) {
    const fit = () => {
      const graph = node.querySelector(".js-plotly-plot") ?? node; // Plotly's own extension draws into the node itself
      const drawn = graph.querySelector(".svg-container");
      if (drawn === null || node.clientWidth === 0) return;
      sizes.observe(drawn);
      const isFixed = graph.layout?.width !== undefined;
      const scale = isFixed ? Math.min(1, node.clientWidth / drawn.offsetWidth) : 1;
      drawn.style.transformOrigin = "0 0";
      drawn.style.transform = scale < 1 ? `scale(${scale})` : "";
      node.style.height = scale < 1 ? `${Math.ceil(drawn.offsetHeight * scale)}px` : "";
    };
    const sizes = new ResizeObserver(fit);
    const parts = new MutationObserver(fit);
    sizes.observe(node);
    parts.observe(node, { childList: true });
    node.classList.add("eightfold-column");
    return () => {
      sizes.disconnect();
      parts.disconnect();
    };
  }

  /** Pictures of figures, which Plotly's own extension shows at their own size. */
  function addStyle() {
    const style = document.createElement("style");
    style.textContent = ".eightfold-column > img { max-width: 100%; height: auto; }";
    document.head.append(style);
  }

  /** What kinds of traces a figure has that this Plotly does not draw. */
  function unknownKinds(Plotly, data) {
    const known = Object.keys(Plotly.PlotSchema.get().traces);
    const kinds = data.map(({ type = "scatter" }) => type);
    return [...new Set(kinds)].filter((kind) => !known.includes(kind));
  }

  /** @param Widget of Lumino, the page's own */
  function figureWidget(Widget) {
    return class extends Widget {
      #model;
      #isSeen = false;
      #letGo = keepInColumn(this.node);
      /** Figures far down a notebook are drawn when they come near. */
      #near = new IntersectionObserver(
        (entries) => entries.some(({ isIntersecting }) => isIntersecting) && this.#draw(),
        {
          rootMargin: "300px",
        },
      );
      #widths = new ResizeObserver(() => this.#isSeen && this.#widen());

      constructor() {
        super();
        this.node.setAttribute("role", "img");
        this.#near.observe(this.node);
        this.#widths.observe(this.node);
      }

      /** Called by the page; again when the output is updated. */
      async renderModel(model) {
        this.#model = model;
        const text = model.data["text/plain"];
        if (typeof text === "string") this.node.setAttribute("aria-label", text);
        if (this.#isSeen) await this.#draw();
        else this.#showPicture();
      }

      /** The picture has the size that the figure will have, so that nothing moves. */
      #showPicture(reason) {
        const { layout: { width, height = HEIGHT } = {} } = this.#model.data[FIGURE];
        const png = this.#model.data["image/png"];
        const shown = document.createElement(png === undefined ? "div" : "img");
        if (png !== undefined) {
          shown.src = `data:image/png;base64,${png}`;
          shown.alt = this.node.getAttribute("aria-label") ?? "a figure";
          if (width !== undefined) shown.width = width;
        } else if (reason === undefined) shown.style.height = `${height}px`;
        const words = document.createElement("pre");
        words.textContent = reason ?? "";
        this.node.replaceChildren(shown, ...(reason === undefined ? [] : [words]));
      }

      async #draw() {
        this.#near.disconnect();
        this.#isSeen = true;
        const model = this.#model;
        try {
          const Plotly = await loadPlotly();
          if (this.isDisposed || model !== this.#model) return;
          // Plotly writes into what it is given, and the output is the notebook's
          const { data = [], layout = {}, config = {}, frames } = structuredClone(model.data[FIGURE]);
          const unknown = unknownKinds(Plotly, data);
          if (unknown.length > 0)
            throw new Error(
              `a trace of kind ${unknown.join(", ")}, which Plotly's basic bundle has not (hint: pip install plotly)`,
            );
          const drawn = this.node.querySelector(".js-plotly-plot") ?? document.createElement("div");
          if (drawn.parentElement === null) this.node.replaceChildren(drawn);
          await Plotly.react(drawn, { data, layout, config, frames });
        } catch (error) {
          this.#showPicture(`This figure is not interactive: ${error.message}`);
        }
      }

      /** A figure that says no width is as wide as its column. */
      async #widen() {
        const drawn = this.node.querySelector(".js-plotly-plot");
        if (drawn === null || this.node.clientWidth === 0 || drawn.layout?.width !== undefined) return;
        const Plotly = await loadPlotly();
        await Plotly.Plots.resize(drawn);
      }

      dispose() {
        if (this.isDisposed) return;
        this.#near.disconnect();
        this.#widths.disconnect();
        this.#letGo();
        const drawn = this.node.querySelector(".js-plotly-plot");
        if (drawn !== null) void loadPlotly().then((Plotly) => Plotly.purge(drawn));
        super.dispose();
      }
    };
  }

  /** Another extension's renderer stays, and what it draws is kept in the column too. */
  function factoryBeside(other, FigureWidget) {
    const createRenderer = (options) => {
      if (other === undefined) return new FigureWidget();
      const renderer = other.createRenderer(options);
      renderer.disposed.connect(keepInColumn(renderer.node));
      return renderer;
    };
    return { safe: true, mimeTypes: [FIGURE], createRenderer };
  }

  async function extension() {
    const { IRenderMimeRegistry } = await moduleOfPage("@jupyterlab/rendermime");
    const { Widget } = await moduleOfPage("@lumino/widgets");
    const FigureWidget = figureWidget(Widget);
    const activate = (app, registry) => {
      addStyle();
      // when all others have said what they draw; a notebook is opened after that
      void app.started.then(() => registry.addFactory(factoryBeside(registry.getFactory(FIGURE), FigureWidget), RANK));
    };
    const description = "Draws Plotly figures, no wider than their column.";
    return {
      default: { id: `${NAME}:plugin`, description, autoStart: true, requires: [IRenderMimeRegistry], activate },
    };
  }

  window._JUPYTERLAB ??= {};
  window._JUPYTERLAB[NAME] = {
    init: (scope) => {
      shared = scope;
    },
    get: async () => {
      const module = { __esModule: true, ...(await extension()) };
      return () => module;
    },
  };
})();
