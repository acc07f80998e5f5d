// The program around a tenant's script, run once in a fresh engine. Takes the text of one JSON document:
//   code     the script, a function body
//   globals  {input, workflow_data, context, secrets}, or null to compile only
// and prints one line for each console.log, "log <string>", then one for the end: "returned", "returned <object>" or
// "failed [<text>, <stack>]". quickjs.py reads them. Everything used once the script runs is captured before it starts, the
// printing function among it, and no array of ours is ever indexed or given to JSON: a script can change every prototype.
(function (text) {
  "use strict";

  const LOG_LINES = 100;
  const MAX_TEXT = 16384; // quickjs.py cuts further, once the secrets are out of it
  const GLOBALS = // ES2020 without what evaluates text, shares memory or waits
    " Array ArrayBuffer BigInt BigInt64Array BigUint64Array Boolean DataView Date Error EvalError Float32Array Float64Array" +
    " Infinity Int16Array Int32Array Int8Array JSON Map Math NaN Number Object Promise Proxy RangeError ReferenceError Reflect" +
    " RegExp Set String Symbol SyntaxError TypeError URIError Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap" +
    " WeakSet decodeURI decodeURIComponent encodeURI encodeURIComponent escape globalThis isFinite isNaN parseFloat parseInt" +
    " undefined unescape ";

  const evaluate = eval; // called by another name it sees no scope but the global one
  const write = print;
  const method = Function.prototype.bind.bind(Function.prototype.call);
  const slice = method(String.prototype.slice);
  const errorText = method(Error.prototype.toString);
  const errorStack = method(Object.getOwnPropertyDescriptor(Error.prototype, "stack").get);
  const asText = String;
  const { stringify, parse } = JSON;
  const { defineProperty, freeze, getPrototypeOf, prototype: objectPrototype } = Object;
  const { isArray } = Array;
  const { isError } = Error;
  const promisePrototype = Promise.prototype;

  const render = (value) => {
    if (typeof value === "string") return value;
    try {
      if (isError(value)) return errorText(value);
      const json = typeof value === "bigint" ? undefined : stringify(value);
      return json === undefined ? asText(value) : json;
    } catch {
      return "[cannot be shown]"; // cyclic, or its own code failed
    }
  };

  const failed = (text, stack) =>
    write("failed [" + stringify(slice(text, 0, MAX_TEXT)) + "," + stringify(slice(stack, 0, MAX_TEXT)) + "]");

  const failedWith = (error) => failed(render(error), (isError(error) && errorStack(error)) || "");

  const kindOf = (value) => {
    if (value === null) return "null";
    if (typeof value !== "object") return "a " + typeof value;
    if (isArray(value)) return "an array";
    const prototype = getPrototypeOf(value);
    if (prototype === objectPrototype || prototype === null) return "a plain object";
    return prototype === promisePrototype ? "a promise" : "an object of a class";
  };

  let lines = 0;
  const log = (...values) => {
    if (++lines > LOG_LINES) return;
    let line = "";
    for (let i = 0; i < values.length; i++) line += (i ? " " : "") + render(values[i]);
    write("log " + stringify(slice(line, 0, MAX_TEXT)));
  };

  // What closes the first wrapper must go on with a statement, what closes the second with "," or "}": nothing closes both.
  // The first is only compiled: its `throw` comes before anything else. `export` is allowed where `import` is but for import().
  const compiles = (code) => {
    try {
      evaluate("throw 0;function script(){\n" + code + "\n}");
    } catch (thrown) {
      if (thrown !== 0) throw thrown;
    }
  };
  const compile = (code) => {
    compiles(code);
    const { script } = evaluate("({script(){\n" + code + "\n}})");
    if (code.includes("import")) {
      try {
        compiles(code.replace(/(?<![\w$#])import(?![\w$])/g, "export"));
      } catch (error) {
        error.message = "import() is not available";
        throw error;
      }
    }
    delete globalThis.script;
    return script;
  };

  const disarm = () => {
    for (const name of Reflect.ownKeys(globalThis)) {
      if (typeof name === "string" && !GLOBALS.includes(" " + name + " ")) delete globalThis[name];
    }
    // The constructors that evaluate text are reached from any function of their kind.
    for (const made of [function () {}, async function () {}, function* () {}, async function* () {}]) {
      defineProperty(getPrototypeOf(made), "constructor", { value: undefined, writable: false, configurable: false });
    }
    // With these a script could see the functions on the stack, ours among them, and write numbers that JSON has not.
    for (const name of ["captureStackTrace", "prepareStackTrace", "stackTraceLimit"]) delete Error[name];
    delete JSON.rawJSON;
  };

  const provide = ({ input, workflow_data, context, secrets }) => {
    globalThis.input = input;
    globalThis.workflow_data = workflow_data;
    defineProperty(globalThis, "context", { value: freeze(context), enumerable: true });
    defineProperty(globalThis, "secrets", { value: freeze(secrets), enumerable: true });
    globalThis.console = { log, info: log, warn: log, error: log };
  };

  const returned = (value) => {
    if (value === undefined) return write("returned");
    const kind = kindOf(value);
    if (kind !== "a plain object") return failed("must return a plain object, not " + kind, "");
    let json;
    try {
      json = stringify(value);
    } catch (error) {
      return failed("must return a plain object that JSON can hold: " + render(error), "");
    }
    if (json === undefined || json[0] !== "{") return failed("must return a plain object, not one whose toJSON makes another", "");
    return write("returned " + json);
  };

  try {
    const { code, globals } = parse(text);
    const script = compile(code);
    if (globals === null) return write("returned");
    disarm();
    provide(globals);
    returned(script());
  } catch (error) {
    failedWith(error);
  }
})
