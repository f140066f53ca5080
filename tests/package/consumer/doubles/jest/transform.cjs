// Makes CommonJS of the tests, as Jest wants it.

const { transformSync } = require("esbuild");

module.exports = {
  process: (source) => transformSync(source, { format: "cjs", sourcemap: "inline" }),
};
