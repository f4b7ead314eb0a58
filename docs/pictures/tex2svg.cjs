// SPDX-License-Identifier: MIT
// A formula of LaTeX as SVG, by MathJax without network: node tex2svg.cjs FOLDER_OF_NODE_MODULES FORMULA.tex > FORMULA.svg
const { readFileSync } = require("fs");
const [modules, file] = process.argv.slice(2);
const load = (name) => require(require.resolve("mathjax-full/js/" + name, { paths: [modules] }));
const { liteAdaptor } = load("adaptors/liteAdaptor.js");
const { mathjax } = load("mathjax.js");
const { AllPackages } = load("input/tex/AllPackages.js");
const { TeX } = load("input/tex.js");
const { SVG } = load("output/svg.js");
const { RegisterHTMLHandler } = load("handlers/html.js");

const adaptor = liteAdaptor();
RegisterHTMLHandler(adaptor);
const page = mathjax.document("", {
  InputJax: new TeX({ packages: AllPackages }),
  OutputJax: new SVG({ fontCache: "local" }),
});
const formula = page.convert(readFileSync(file, "utf8"), { display: true });
const svg = adaptor.innerHTML(formula);
if (svg.includes("data-mml-node=\"merror\"")) {
  console.error(file + ": LaTeX that MathJax does not take");
  process.exit(1);
}
// black on white, also where the page is dark
console.log(svg.replace(/style="/, 'style="background: white; padding: 1ex; '));
