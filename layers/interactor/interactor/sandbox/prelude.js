// The program around a tenant's script. It is evaluated once, when the engine is started (snapshot.py), and leaves the
// function `run`, which each fresh engine is called with once. That takes the text of one JSON document:
//   code     the script, a function body
//   globals  {input, workflow_data, context, secrets}, or null to compile only
// and prints lines for quickjs.py: "log <string>" for each console.log, then for the end "returned", "returned
// <object>", or "stack <string>" and "failed <string>". What is used once the script runs is captured before it
// starts, the printing function among it, and no array of ours is indexed or given to JSON: a script can change
// every prototype.
globalThis.run = (() => {
  "use strict";

  const LOG_LINES = 100;
  const MAX_TEXT = 16384; // quickjs.py cuts further, once the secrets are out of it
  const REMOVED = // what evaluates text, shares memory, waits, tells of the machine, or came after ES2020
    "AggregateError AsyncDisposableStack Atomics DOMException DisposableStack FinalizationRegistry Float16Array " +
    "Function InternalError Iterator SharedArrayBuffer SuppressedError WeakRef argv0 atob btoa console eval execArgv " +
    "gc navigator performance print queueMicrotask scriptArgs";

  const evaluate = eval; // called by another name it sees no scope but the global one
  const write = print;
  const asText = String;
  const { parse, stringify } = JSON;
  const { defineProperty, freeze, getPrototypeOf, prototype } = Object;
  const { isArray } = Array;
  const { isError } = Error;
  const method = Function.prototype.bind.bind(Function.prototype.call);
  const slice = method(String.prototype.slice);
  const errorText = method(Error.prototype.toString);
  const errorStack = method(Object.getOwnPropertyDescriptor(Error.prototype, "stack").get);

  function render(value) {
    if (typeof value === "string") return value;
    try {
      if (isError(value)) return errorText(value);
      return (typeof value !== "bigint" && stringify(value)) || asText(value);
    } catch {
      return "[cannot be shown]"; // cyclic, or its own code failed
    }
  }

  let lines = 0;
  function log(...values) {
    if (++lines > LOG_LINES) return;
    let line = "";
    for (let i = 0; i < values.length; i++) line += (i ? " " : "") + render(values[i]);
    write("log " + stringify(slice(line, 0, MAX_TEXT)));
  }

  function failed(text, stack) {
    write("stack " + stringify(slice(stack, 0, MAX_TEXT)) + "\nfailed " + stringify(slice(text, 0, MAX_TEXT)));
  }

  function compile(code) {
    const source = "function script(){\n" + code + "\n}";
    try {
      evaluate("throw 0;" + source); // declares the function, and runs nothing else that may stand there
    } catch (thrown) {
      if (thrown !== 0) throw thrown;
    }
    const { script } = globalThis;
    delete globalThis.script;
    if (script.toString() !== source) throw new SyntaxError("the script is closed before its end");
    return script;
  }

  function refuseImport(code) {
    const keyword = RegExp("(?<![\\w$#])import(?![\\w$])", "g");
    try {
      compile(code.replace(keyword, "export")); // is allowed wherever `import` is, but for import()
    } catch (error) {
      error.message = "import() is not available";
      throw error;
    }
  }

  function disarm() {
    for (const name of REMOVED.split(" ")) delete globalThis[name];
    // The constructors that evaluate text are reached from any function of their kind.
    for (const made of [log, async function () {}, function* () {}, async function* () {}]) {
      defineProperty(getPrototypeOf(made), "constructor", { value: undefined, writable: false, configurable: false });
    }
    // With these a script could see the functions on the stack, ours among them, and write numbers that JSON has not.
    delete Error.captureStackTrace;
    delete Error.prepareStackTrace;
    delete Error.stackTraceLimit;
    delete JSON.rawJSON;
    globalThis.console = { log, info: log, warn: log, error: log };
  }

  function provide({ input, workflow_data, context, secrets }) {
    globalThis.input = input;
    globalThis.workflow_data = workflow_data;
    defineProperty(globalThis, "context", { value: freeze(context), enumerable: true });
    defineProperty(globalThis, "secrets", { value: freeze(secrets), enumerable: true });
  }

  function returned(value) {
    if (value === undefined) return write("returned");
    let found = value === null ? "null" : isArray(value) ? "an array" : "a " + typeof value;
    if (found === "a object") {
      const parent = getPrototypeOf(value);
      found = parent === prototype || parent === null ? "" : "a promise, a date or another object of a class";
    }
    if (found) return failed("The script must return a plain object, not " + found, "");
    let json;
    try {
      json = stringify(value);
    } catch (error) {
      return failed("The script must return a plain object that JSON can hold: " + render(error), "");
    }
    if (!json || json[0] !== "{") {
      return failed("The script must return a plain object, not one that its toJSON replaces", "");
    }
    write("returned " + json);
  }

  disarm();

  return function run(text) {
    delete globalThis.run;
    try {
      const { code, globals } = parse(text);
      const script = compile(code);
      if (code.includes("import")) refuseImport(code);
      if (globals === null) return write("returned");
      provide(globals);
      returned(script());
    } catch (error) {
      if (isError(error)) failed(render(error), errorStack(error));
      else failed(error === null ? "threw null, or ran out of memory" : "threw " + render(error), "");
    }
  };
})();
