// Copies the one third-party script that pages load, with its licence, to the built static files.
import { copyFileSync, mkdirSync } from "node:fs";

const from = "node_modules/plotly.js-basic-dist-min";
const to = "build/static/vendor";
mkdirSync(to, { recursive: true });
copyFileSync(`${from}/plotly-basic.min.js`, `${to}/plotly-basic.min.js`);
copyFileSync(`${from}/LICENSE`, `${to}/plotly-LICENSE.txt`);
