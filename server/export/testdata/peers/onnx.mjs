// Runs an ONNX file by the npm package: node onnx.mjs NODE_MODULES MODEL ROWS
// Prints the probabilities of the rows, a JSON list.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [modules, model, rowsFile] = process.argv.slice(2);
const ort = createRequire(modules + "/")("onnxruntime-node");
const rows = JSON.parse(readFileSync(rowsFile, "utf8"));
const session = await ort.InferenceSession.create(model);
const tokens = new ort.Tensor("int32", Int32Array.from(rows.flat()), [rows.length, rows[0].length]);
const { probability } = await session.run({ tokens });
console.log(JSON.stringify(Array.from(probability.data)));
