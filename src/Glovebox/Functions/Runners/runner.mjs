// Serves the calls of one Node function. Runs inside its box; speaks the frames of docs/decisions/012-frames.md over a Unix socket.
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { AsyncLocalStorage } from 'node:async_hooks';
import { pathToFileURL } from 'node:url';

const FOLDER = '/run/glovebox/';
const LOAD = 1, READY = 2, CALL = 3, REPLY = 4, FAILED = 5, CHUNK = 6, END = 7;
const JSON_BODY = 1, STREAM = 2, LAST = 4;
const HEAD = 32, MAGIC = 0x31584247, MOST_OUTPUT = 64 * 1024;
const CUT = '\n[glovebox: cut at 64 KiB]\n';
const EMPTY = Buffer.alloc(0);

class Failure extends Error {
  constructor(message, status = 502) {
    super(message);
    this.status = status;
  }
}

// Descriptors 1 and 2 become files: the lowest free number is taken, which is the one just closed.
const kept = ['out', 'err'].map((name, index) => {
  fs.closeSync(index + 1);
  if (fs.openSync(FOLDER + name, 'a') !== index + 1) process.exit(70);
  return fs.openSync(FOLDER + name, 'r+');
});

const calls = new Map(); // The numbers of calls that run, with what each wrote where several run at once.
const current = new AsyncLocalStorage();
let options, handle, wantsContext, many = false;

const socket = net.connect(FOLDER + 'link/s');
socket.on('error', () => process.exit(0));
socket.on('end', () => process.exit(0));

function frame(kind, call, { body = EMPTY, meta = EMPTY, flags = 0, status = 0, output = [EMPTY, EMPTY] } = {}) {
  const head = Buffer.alloc(HEAD);
  head.writeUInt32LE(body.length, 0);
  head.writeUInt32LE(meta.length, 4);
  head.writeBigUInt64LE(call, 8);
  head[16] = kind;
  head[17] = flags;
  head.writeUInt16LE(status, 18);
  head.writeUInt32LE(output[0].length, 20);
  head.writeUInt32LE(output[1].length, 24);
  head.writeUInt32LE(MAGIC, 28);
  return Buffer.concat([head, meta, body, ...output]);
}

const send = (kind, call, parts) => socket.write(frame(kind, call, parts));

function written(call) {
  if (many) return (calls.get(call) ?? [[], []]).map(texts => cut(Buffer.concat(texts)));
  return kept.map(file => {
    const length = fs.fstatSync(file).size;
    if (length === 0) return EMPTY;
    const text = Buffer.alloc(Math.min(length, MOST_OUTPUT + 1));
    fs.readSync(file, text, 0, text.length, 0);
    fs.ftruncateSync(file, 0);
    return cut(text);
  });
}

const cut = text => (text.length <= MOST_OUTPUT ? text : Buffer.concat([text.subarray(0, MOST_OUTPUT), Buffer.from(CUT)]));

function fail(call, error, write = send, flags = 0) {
  const known = error instanceof Failure;
  const message = known ? error.message : `${error?.name ?? 'Error'}: ${error?.message ?? String(error)}`;
  const trace = known || typeof error?.stack !== 'string' ? '' : error.stack.split('\n').filter(line => !line.includes(FOLDER + 'lib/') && !line.includes('node:internal')).join('\n');
  write(FAILED, call, {
    flags, body: Buffer.from(trace.slice(0, 65536)), meta: Buffer.from(message.slice(0, 4096)), status: known ? error.status : 502, output: written(call),
  });
}

// What happens outside of any promise ends the process, and the calls that run must hear why.
function failAll(error) {
  for (const call of [...calls.keys()]) {
    fail(call, error, (kind, number, parts) => fs.writeSync(socket._handle.fd, frame(kind, number, parts)), LAST);
    calls.delete(call);
  }
}

process.on('exit', code => {
  try {
    failAll(new Failure(`The handler called process.exit(${code})`));
  } catch {
    // The connection is gone, which is said by itself.
  }
});
process.on('uncaughtException', error => {
  failAll(error);
  process.exit(1);
});

function context(meta) {
  const [id, contentType, method, callPath, ...headers] = meta.toString().split('\n');
  return {
    id, contentType, method, path: callPath,
    headers: Object.fromEntries(headers.map(line => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)])),
    function: options.function, version: options.version, timeout: options.timeout,
    response: (body, { status = 200, headers = {}, contentType } = {}) => new Answer(body, status, headers, contentType),
  };
}

class Answer {
  constructor(body, status, headers, contentType) {
    Object.assign(this, { body, status, headers, contentType });
  }
}

function json(value) {
  let text;
  try {
    text = JSON.stringify(value) ?? 'null';
    // JSON.stringify writes NaN as null, which nobody meant.
    if (text.includes('null')) {
      JSON.stringify(value, (key, inner) => {
        if (typeof inner === 'number' && !Number.isFinite(inner)) throw new TypeError(`${inner} is not JSON`);
        return inner;
      });
    }
  } catch (error) {
    throw new Failure(`The handler returned something that is not JSON: ${error.message}`);
  }
  return Buffer.from(text);
}

const isBytes = value => value instanceof Uint8Array;
const isStream = value => value !== null && typeof value === 'object' && !isBytes(value) && !Array.isArray(value)
  && (typeof value[Symbol.asyncIterator] === 'function' || (typeof value.next === 'function' && typeof value[Symbol.iterator] === 'function'));

function checked(body) {
  if (body.length > options.replyLimit) throw new Failure(`The result has ${body.length} bytes, and ${options.replyLimit} are allowed`);
  return body;
}

// {status, meta, body} or, for a stream, {status, meta, pieces}.
function answerOf(result) {
  if (result?.constructor?.name === 'Response' && typeof result.arrayBuffer === 'function')
    result = new Answer(result.body ?? '', result.status, Object.fromEntries(result.headers), undefined);
  if (isBytes(result) || isStream(result)) result = new Answer(result, 200, {}, undefined);
  if (!(result instanceof Answer)) return { status: 0, meta: EMPTY, body: checked(json(result)) };
  let { body, status, headers, contentType } = result;
  if (!Number.isInteger(status) || status < 200 || status > 599)
    throw new Failure(`The handler gave the status ${status}, which is no HTTP status between 200 and 599`);
  const lines = [];
  for (const [name, value] of Object.entries(headers ?? {})) {
    if (name.toLowerCase() === 'content-type') contentType = String(value);
    else lines.push(`${name}: ${value}`);
    if (/[\r\n]/.test(`${name}${value}`)) throw new Failure(`The handler gave a header with a line break: '${name.split(/[\r\n]/)[0]}'`);
  }
  const meta = type => Buffer.from([contentType ?? type, ...lines].join('\n'));
  if (isStream(body)) return { status, meta: meta('application/octet-stream'), pieces: body };
  if (isBytes(body)) return { status, meta: meta('application/octet-stream'), body: checked(Buffer.from(body)) };
  if (typeof body === 'string' && contentType && !contentType.includes('json')) return { status, meta: meta(), body: checked(Buffer.from(body)) };
  return { status, meta: meta('application/json'), body: checked(json(body)) };
}

async function serve(call, flags, meta, body) {
  calls.set(call, [[], []]);
  try {
    let params = body;
    if (flags & JSON_BODY) {
      try {
        params = body.length === 0 ? null : JSON.parse(body.toString());
      } catch (error) {
        throw new Failure(`The parameters are not JSON: ${error.message}`, 400);
      }
    }
    const result = await (wantsContext ? handle(params, context(meta)) : handle(params));
    const answer = answerOf(result);
    if (!answer.pieces) {
      if (calls.has(call)) send(REPLY, call, { ...answer, output: written(call) });
      return;
    }
    send(REPLY, call, { ...answer, flags: STREAM });
    let total = 0;
    for await (const piece of answer.pieces) {
      const bytes = typeof piece === 'string' ? Buffer.from(piece) : isBytes(piece) ? Buffer.from(piece) : Buffer.concat([json(piece), Buffer.from('\n')]);
      total += bytes.length;
      if (total > options.replyLimit) throw new Failure(`The result has more than the ${options.replyLimit} bytes that are allowed`);
      if (bytes.length > 0 && !send(CHUNK, call, { body: bytes })) await new Promise(resolve => socket.once('drain', resolve));
    }
    send(END, call, { output: written(call) });
  } catch (error) {
    if (calls.has(call)) fail(call, error);
  } finally {
    calls.delete(call);
  }
}

// 'file' (its default export) or 'file.export'; the file's ending may be left out.
async function find(handler) {
  const endings = ['', '.js', '.mjs', '.cjs'];
  const fileOf = name => endings.map(ending => path.join(options.path, name + ending)).find(file => fs.statSync(file, { throwIfNoEntry: false })?.isFile());
  let file = fileOf(handler), name;
  if (!file) {
    const dot = handler.lastIndexOf('.');
    name = handler.slice(dot + 1);
    file = dot > 0 ? fileOf(handler.slice(0, dot)) : undefined;
  }
  if (!file) throw new Failure(`There is no file '${handler}'. Name it with --handler file or --handler file.export`);
  const loaded = await import(pathToFileURL(file));
  const plain = loaded.default;
  const found = name
    ? loaded[name] ?? plain?.[name]
    : [plain, plain?.default, loaded.handle, plain?.handle, loaded.handler, plain?.handler].find(value => typeof value === 'function');
  if (typeof found !== 'function') throw new Failure(`'${path.basename(file)}' has no function ${name ? `'${name}'` : 'as its default export'}. Name it with --handler file.export`);
  return found;
}

async function load(body) {
  try {
    options = JSON.parse(body.toString());
    Object.assign(process.env, options.variables);
    process.chdir(options.path);
    many = options.concurrency > 1;
    if (many) {
      for (const [index, stream] of [process.stdout, process.stderr].entries()) {
        const plain = stream.write.bind(stream);
        stream.write = (text, encoding, done) => {
          const parts = calls.get(current.getStore());
          if (!parts) return plain(text, encoding, done);
          const bytes = Buffer.from(text, typeof encoding === 'string' ? encoding : undefined);
          if (parts[index].reduce((sum, part) => sum + part.length, 0) <= MOST_OUTPUT) parts[index].push(bytes);
          (typeof encoding === 'function' ? encoding : done)?.();
          return true;
        };
      }
    }
    handle = await find(options.handler);
    wantsContext = handle.length >= 2;
    send(READY, 0n, { status: wantsContext ? 1 : 0, output: written(0n) });
  } catch (error) {
    fail(0n, error);
    socket.end(() => process.exit(1));
  }
}

let held = EMPTY;
socket.on('data', data => {
  held = held.length === 0 ? data : Buffer.concat([held, data]);
  while (held.length >= HEAD) {
    if (held.readUInt32LE(28) !== MAGIC) process.exit(70);
    const meta = HEAD + held.readUInt32LE(4), end = meta + held.readUInt32LE(0);
    if (held.length < end) return;
    const [kind, flags, call] = [held[16], held[17], held.readBigUInt64LE(8)];
    const [about, body] = [held.subarray(HEAD, meta), held.subarray(meta, end)];
    held = held.subarray(end);
    if (kind === LOAD) load(body);
    else if (kind === CALL && many) current.run(call, serve, call, flags, about, body);
    else if (kind === CALL) serve(call, flags, about, body);
  }
});
send(READY, 0n);
