// What @asyncapi/parser says of each document, by address or path: one line of JSON a document. Run where its packages lie.
const { createRequire } = require("node:module");
const { readFile } = require("node:fs/promises");
const { Parser } = createRequire(`${process.cwd()}/`)("@asyncapi/parser");

(async () => {
  for (const source of process.argv.slice(2)) {
    const text = source.startsWith("http") ? await (await fetch(source)).text() : await readFile(source, "utf8");
    // References within are relative to where the document came from.
    const { document, diagnostics } = await new Parser().parse(text, { source });
    const operations = document ? document.allOperations().all().map((one) => `${one.action()} ${one.id()}`) : null;
    const said = diagnostics.map(({ severity, code, path, message }) => ({ severity, code, path: path.join("."), message }));
    console.log(JSON.stringify({ operations, said }));
  }
})();
