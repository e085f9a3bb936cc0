import {createRequire as createRequireOfBundle} from 'node:module';const require = createRequireOfBundle(import.meta.url);
import {
  Box_default,
  Text,
  build_exports,
  cliTruncate,
  eastAsianWidth,
  init_build,
  init_cli_truncate,
  init_get_east_asian_width,
  init_strip_ansi,
  render_default,
  require_react,
  stripAnsi
} from "./chunk-JNASBOH4.js";
import {
  __commonJS,
  __toESM
} from "./chunk-MMFBSLYX.js";

// node_modules/react/cjs/react-jsx-runtime.production.js
var require_react_jsx_runtime_production = __commonJS({
  "node_modules/react/cjs/react-jsx-runtime.production.js"(exports) {
    "use strict";
    var REACT_ELEMENT_TYPE = /* @__PURE__ */ Symbol.for("react.transitional.element");
    var REACT_FRAGMENT_TYPE = /* @__PURE__ */ Symbol.for("react.fragment");
    function jsxProd(type, config, maybeKey) {
      var key = null;
      void 0 !== maybeKey && (key = "" + maybeKey);
      void 0 !== config.key && (key = "" + config.key);
      if ("key" in config) {
        maybeKey = {};
        for (var propName in config)
          "key" !== propName && (maybeKey[propName] = config[propName]);
      } else maybeKey = config;
      config = maybeKey.ref;
      return {
        $$typeof: REACT_ELEMENT_TYPE,
        type,
        key,
        ref: void 0 !== config ? config : null,
        props: maybeKey
      };
    }
    exports.Fragment = REACT_FRAGMENT_TYPE;
    exports.jsx = jsxProd;
    exports.jsxs = jsxProd;
  }
});

// node_modules/react/jsx-runtime.js
var require_jsx_runtime = __commonJS({
  "node_modules/react/jsx-runtime.js"(exports, module) {
    "use strict";
    if (true) {
      module.exports = require_react_jsx_runtime_production();
    } else {
      module.exports = null;
    }
  }
});

// bench/screen.tsx
await init_build();
var import_react5 = __toESM(require_react(), 1);
import process2 from "node:process";
import { PassThrough, Writable } from "node:stream";

// source/tui/console.tsx
await init_build();
var import_react4 = __toESM(require_react(), 1);

// source/tui/components/dialog.tsx
await init_build();

// source/tui/text.ts
init_cli_truncate();

// node_modules/string-width/index.js
init_strip_ansi();
init_get_east_asian_width();
var segmenter = new Intl.Segmenter();
var nonAsciiOrControlRegex = new RegExp("[^\\u{20}-\\u{7E}]", "v");
var prependedConcatenationMarks = String.raw`\u{600}-\u{605}\u{6DD}\u{890}\u{891}\u{8E2}\u{110BD}\u{110CD}`;
var prependedConcatenationMarksRegex = new RegExp(`^[${prependedConcatenationMarks}]+`, "v");
var visibleCharacterRegex = new RegExp(String.raw`[^\p{Default_Ignorable_Code_Point}\p{Control}\p{Enclosing_Mark}\p{Nonspacing_Mark}[\p{Format}--[${prependedConcatenationMarks}]]]`, "v");
var emojiPrefixRegex = new RegExp("^(?:\\p{RGI_Emoji}|\\p{Regional_Indicator}{1,2}|[\\d#*]\\u{FE0F})", "v");
var textPresentationEmojiRegex = new RegExp("^[\\p{Emoji_Presentation}--[\\u{10000}-\\u{10FFFF}]]\\u{FE0E}", "v");
function strayEmojiModifierCount(string, fromIndex) {
  if (fromIndex >= string.length) {
    return 0;
  }
  const modifierRegex = new RegExp("(?<![\\p{Emoji_Modifier_Base}\\u{200D}])\\p{Emoji_Modifier}", "gv");
  modifierRegex.lastIndex = fromIndex;
  let count = 0;
  while (modifierRegex.test(string)) {
    count++;
  }
  return count;
}
var emojiZwjSequenceRegex = new RegExp("\\u{200D}\\p{Extended_Pictographic}", "v");
function baseVisible(segment) {
  const index = segment.search(visibleCharacterRegex);
  return index === -1 ? void 0 : segment.slice(index);
}
function isHangul(codePoint) {
  return codePoint >= 4352 && codePoint <= 4607 || codePoint >= 43360 && codePoint <= 43388 || codePoint >= 44032 && codePoint <= 55203 || codePoint >= 55216 && codePoint <= 55238 || codePoint >= 55243 && codePoint <= 55291;
}
function visibleCodePointsWidth(visibleSegment, eastAsianWidthOptions) {
  let width = 0;
  for (const character of visibleSegment) {
    if (character === "\u200D") {
      break;
    }
    if (visibleCharacterRegex.test(character)) {
      width += eastAsianWidth(character.codePointAt(0), eastAsianWidthOptions);
    }
  }
  return width;
}
function clusterWidth(segment, eastAsianWidthOptions) {
  const firstCodePoint = segment.codePointAt(0);
  const marks = firstCodePoint === 69821 || firstCodePoint === 69837 || firstCodePoint >= 1536 && firstCodePoint <= 2303 ? prependedConcatenationMarksRegex.exec(segment) : void 0;
  if (marks) {
    const rest = segment.slice(marks[0].length);
    const restWidth = clusterWidth(rest, eastAsianWidthOptions);
    const visibleRest = baseVisible(rest);
    const isWideGlyph = restWidth >= 2 && (eastAsianWidth(visibleRest.codePointAt(0), eastAsianWidthOptions) === 2 || emojiPrefixRegex.test(visibleRest) || emojiZwjSequenceRegex.test(visibleRest));
    return isWideGlyph ? restWidth : [...marks[0]].length + restWidth;
  }
  const visibleSegment = baseVisible(segment);
  if (visibleSegment === void 0) {
    return 0;
  }
  if (isHangul(firstCodePoint)) {
    return eastAsianWidth(firstCodePoint, eastAsianWidthOptions) + strayEmojiModifierCount(segment, 1) * 2;
  }
  if (textPresentationEmojiRegex.test(visibleSegment)) {
    return 1;
  }
  const emoji = emojiPrefixRegex.exec(visibleSegment);
  if (emoji) {
    return 2 + strayEmojiModifierCount(visibleSegment, emoji[0].length) * 2;
  }
  const zwjSequence = emojiZwjSequenceRegex.exec(visibleSegment);
  return zwjSequence ? 2 + strayEmojiModifierCount(visibleSegment, zwjSequence.index + zwjSequence[0].length) * 2 : visibleCodePointsWidth(visibleSegment, eastAsianWidthOptions);
}
function unicodeWidth(string, ambiguousIsNarrow) {
  let width = 0;
  const firstNonAsciiIndex = string.search(nonAsciiOrControlRegex);
  if (firstNonAsciiIndex > 1) {
    width = firstNonAsciiIndex - 1;
    string = string.slice(width);
  }
  let suffixStart = string.length;
  while (suffixStart > 0) {
    const codePoint = string.codePointAt(suffixStart - 1);
    if (codePoint < 32 || codePoint > 126) {
      break;
    }
    suffixStart--;
  }
  if (suffixStart + 1 < string.length) {
    width += string.length - suffixStart - 1;
    string = string.slice(0, suffixStart + 1);
  }
  if (!new RegExp("[^\\u{20}-\\u{7E}\\u{4E00}-\\u{9FFF}\\u{AC00}-\\u{D7A3}]", "v").test(string)) {
    return width + string.length + string.replaceAll(new RegExp("[\\u{20}-\\u{7E}]", "gv"), "").length;
  }
  string = string.toWellFormed();
  string = string.replaceAll(new RegExp("(?<=[\\u{16D63}-\\u{16D6A}])[\\u{16D63}-\\u{16D6A}]+", "gv"), "");
  const eastAsianWidthOptions = { ambiguousAsWide: !ambiguousIsNarrow };
  for (const { segment } of segmenter.segment(string)) {
    if (segment.length === 1) {
      if (visibleCharacterRegex.test(segment)) {
        width += eastAsianWidth(segment.codePointAt(0), eastAsianWidthOptions);
      }
      continue;
    }
    width += clusterWidth(segment, eastAsianWidthOptions);
  }
  return width;
}
function stringWidth(input, options = {}) {
  if (typeof input !== "string" || input.length === 0) {
    return 0;
  }
  const {
    ambiguousIsNarrow = true,
    countAnsiEscapeCodes = false
  } = options;
  let string = input;
  if (!countAnsiEscapeCodes && (string.includes("\x1B") || string.includes("\x9B"))) {
    string = stripAnsi(string);
  }
  return nonAsciiOrControlRegex.test(string) ? unicodeWidth(string, ambiguousIsNarrow) : string.length;
}

// source/domain/safe-text.ts
var plain = /^[\w!"#$%&'()*+,\-./:;<=>?@[\\\]^`{|}~]+(?: [\w!"#$%&'()*+,\-./:;<=>?@[\\\]^`{|}~]+)*$/;
var csi = /(?:\u001B\[|\u009B)[0-?]*[ -/]*[@-~]/g;
var strings = /(?:\u001B[PX\]^_]|[\u0090\u0098\u009D-\u009F])[^\u0007\n\r\u001B\u0080-\u009F]*(?:\u0007|\u001B\\|\u009C)/g;
var escapes = /\u001B[ -/]*[0-~]/g;
var lineEnds = /[\n\v\f\r\u{85}\u{2028}\u{2029}]/u;
var invisible = /[\p{Default_Ignorable_Code_Point}\p{Control}\p{Format}]/gu;
var stackedMarks = new RegExp("(\\p{Mark}{4})\\p{Mark}+", "gu");
var leading = /^[\s\p{Mark}]+/u;
var cleanLine = (line) => line.replaceAll("	", " ").replaceAll(invisible, "").replace(leading, "").replaceAll(stackedMarks, "$1").trimEnd();
var safeText = (text, max = 500) => {
  if (text.length <= max && plain.test(text)) {
    return text;
  }
  const clean = text.slice(0, 16 * max + 256).toWellFormed().replaceAll(strings, "").replaceAll(csi, "").replaceAll(escapes, "").split(lineEnds).map((line) => cleanLine(line)).filter((line) => line !== "").join(" \u23CE ");
  const characters = [...clean];
  return characters.length <= max ? clean : `${characters.slice(0, max - 1).join("").trimEnd()}\u2026`;
};

// source/tui/text.ts
var isPlainAscii = (text) => /^[\u{20}-\u{7E}]*$/u.test(text);
var widthOf = (text) => isPlainAscii(text) ? text.length : stringWidth(text);
var maxCharacters = 2e3;
var cleaned = (theme2, text) => {
  if (isPlainAscii(text)) {
    return text;
  }
  const before = text.length - text.trimStart().length;
  const after = text.length - text.trimEnd().length;
  const safe = " ".repeat(before) + safeText(text, maxCharacters) + " ".repeat(before === text.length ? 0 : after);
  return theme2.isAscii ? safe.replaceAll(/[^\u{20}-\u{7E}]/gu, "?") : safe;
};
var cut = (theme2, text, width) => {
  if (width <= 0) {
    return "";
  }
  const safe = cleaned(theme2, text);
  return widthOf(safe) <= width ? safe : cliTruncate(safe, width, { truncationCharacter: theme2.glyphs.ellipsis });
};
var fit = (theme2, text, width, align = "left") => {
  const short = cut(theme2, text, width);
  const space = " ".repeat(Math.max(0, width - widthOf(short)));
  return align === "left" ? short + space : space + short;
};
var fitPieces = (theme2, pieces, width) => {
  let rest = width;
  let line = "";
  for (const [style, text] of pieces) {
    const short = cut(theme2, text, rest);
    rest -= widthOf(short);
    line += theme2.paint(style, short);
  }
  return line + " ".repeat(Math.max(0, rest));
};
var piecesWidth = (theme2, pieces) => pieces.reduce((sum, [, text]) => sum + widthOf(cleaned(theme2, text)), 0);
var fitEdges = (theme2, left, right, width) => {
  const rightWidth = Math.min(piecesWidth(theme2, right), width);
  const leftWidth = width - rightWidth;
  return (leftWidth > 1 ? fitPieces(theme2, left, leftWidth - 1) + " " : " ".repeat(leftWidth)) + fitPieces(theme2, right, rightWidth);
};
var wrap = (theme2, text, width) => {
  const lines = [];
  let line = "";
  for (const word of cleaned(theme2, text).split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (widthOf(longer) <= width) {
      line = longer;
      continue;
    }
    if (line !== "") {
      lines.push(line);
    }
    line = fit(theme2, word, Math.min(width, widthOf(word)));
  }
  return [...lines, line];
};

// source/tui/components/line.tsx
await init_build();
var import_react = __toESM(require_react(), 1);
var import_jsx_runtime = __toESM(require_jsx_runtime(), 1);
var Line = (0, import_react.memo)(({ text }) => /* @__PURE__ */ (0, import_jsx_runtime.jsx)(Text, { wrap: "truncate", children: text }));

// source/tui/components/rule.ts
var ruleOf = (theme2, ends, title, width) => {
  const [left, right] = ends;
  const space = Math.max(0, width - left.length - right.length);
  const titleWidth = title.length === 0 ? 0 : Math.min(piecesWidth(theme2, title) + 2, space);
  const text = titleWidth < 3 ? "" : ` ${fitPieces(theme2, title, titleWidth - 2)} `;
  const line = theme2.glyphs.horizontal.repeat(text === "" ? space : space - titleWidth);
  return theme2.paint("dim", left) + text + theme2.paint("dim", line + right);
};

// source/tui/components/dialog.tsx
var import_jsx_runtime2 = __toESM(require_jsx_runtime(), 1);
var buttons = ({ question: question2, focus }) => {
  const isTyped = question2.typed !== null;
  const label = (name, key) => isTyped ? ` ${name} ` : ` ${name} (${key}) `;
  const button = (name, key, isFocused) => [isFocused ? "selected" : "plain", isFocused ? `[${label(name, key)}]` : ` ${label(name, key)} `];
  return [button("Cancel", "n", focus === "cancel"), ["plain", " ".repeat(3)], button(question2.yes, "y", focus === "yes")];
};
var linesOf = (overlay, theme2, width, height) => {
  const { question: question2, text } = overlay;
  const told = question2.lines.flatMap((line) => wrap(theme2, line, width)).map((line) => [["plain", line]]);
  const room = Math.max(1, height - (question2.typed === null ? 3 : 5));
  const shown2 = told.length <= room ? told : [...told.slice(0, room - 1), [["warning", `and ${told.length - room + 1} more`]]];
  const typing = question2.typed === null ? [] : [[], [["plain", `Type ${question2.typed[0]}: `], ["strong", text], ["selected", " "]]];
  return [...shown2, ...typing, [], buttons(overlay)];
};
var Dialog = ({ overlay, theme: theme2, size: size2 }) => {
  const width = Math.min(size2.columns - 4, Math.max(50, piecesWidth(theme2, [["plain", overlay.question.title]]) + 8, Math.floor(size2.columns / 2)));
  const lines = linesOf(overlay, theme2, width - 4, size2.rows - 6);
  const { glyphs } = theme2;
  const border = theme2.paint("warning", glyphs.vertical);
  return /* @__PURE__ */ (0, import_jsx_runtime2.jsxs)(Box_default, { position: "absolute", flexDirection: "column", marginLeft: Math.floor((size2.columns - width) / 2), marginTop: Math.max(1, Math.floor((size2.rows - lines.length - 2) / 2)), width, children: [
    /* @__PURE__ */ (0, import_jsx_runtime2.jsx)(Line, { text: ruleOf(theme2, [glyphs.topLeft, glyphs.topRight], [["strong", overlay.question.title]], width) }),
    lines.map((pieces, index) => /* @__PURE__ */ (0, import_jsx_runtime2.jsx)(Line, { text: `${border} ${fitPieces(theme2, pieces, width - 4)} ${border}` }, index)),
    /* @__PURE__ */ (0, import_jsx_runtime2.jsx)(Line, { text: ruleOf(theme2, [glyphs.bottomLeft, glyphs.bottomRight], [], width) })
  ] });
};

// source/tui/components/palette-box.tsx
await init_build();

// source/domain/task.ts
var taskTable = [
  {
    name: "process_vms",
    alias: "processVirtualMachines",
    title: "Process VMs",
    defaultIntervalSeconds: 60,
    description: "Moves every VM that is not ready one or more steps on: deploy, change-package, reinstall, terminate and the one-step operations; creates and updates DNS records.",
    tip: "Keep it at one or two minutes: it is what a customer waits for."
  },
  {
    name: "remove_snapshots",
    alias: "removeOldSnapshots",
    title: "Remove Snapshots",
    defaultIntervalSeconds: 3600,
    description: "Removes snapshots that are older than their lifetime and not marked to be kept.",
    tip: "Once an hour is enough: lifetimes are counted in days."
  },
  {
    name: "restore_backup",
    alias: "restoreBackupStatus",
    title: "Restore Backup",
    defaultIntervalSeconds: 300,
    description: "Starts and watches restores; at the end re-applies what the VM should be and sends the mail.",
    tip: "A restore goes on by itself; the interval only bounds when a new one starts without a leader."
  },
  {
    name: "backup_status",
    alias: "nowBackupStatus",
    title: "Backup Status",
    defaultIntervalSeconds: 300,
    description: "Watches running backups, manual and scheduled, and writes success or failure into their records.",
    tip: "Backups run on without it; it only records how they ended."
  },
  {
    name: "schedule_backup",
    alias: "scheduleBackup",
    title: "Schedule Backup",
    defaultIntervalSeconds: 3600,
    description: "Starts a backup for each VM whose weekday schedule says so, once per VM and scheduled day, and rotates old ones.",
    tip: "At more than an hour a backup may start that much later than its time of day."
  },
  {
    name: "collect_statistics",
    alias: "collectingStatistics",
    title: "Collect Statistics",
    defaultIntervalSeconds: 3600,
    description: "Adds up bytes in and out from the clusters' own records for usage billing.",
    tip: "An hour matches the finest records that old clusters keep."
  },
  {
    name: "process_installs",
    alias: "processInstalls",
    title: "Process Installs",
    defaultIntervalSeconds: 300,
    description: "Runs the staged site installs and re-installs, then sends the welcome mail.",
    tip: "The interval is the time in which an install can still be dropped."
  }
];
var taskNames = taskTable.map(({ name }) => name);
var taskLock = (name) => `task:${name}`;

// source/domain/vm.ts
var vmName = (vm) => `v${vm.id}`;

// source/tui/format.ts
var second = 1e3;
var minute = 60 * second;
var hour = 60 * minute;
var day = 24 * hour;
var formatSpan = (ms) => {
  const span = Math.max(0, ms);
  if (span < minute) {
    return `${Math.floor(span / second)}s`;
  }
  if (span < hour) {
    return `${Math.floor(span / minute)}m`;
  }
  return span < 2 * day ? `${Math.floor(span / hour)}h` : `${Math.floor(span / day)}d`;
};
var formatCountdown = (ms) => ms < second ? "now" : `in ${formatSpan(ms)}`;
var formatCount = (count, one, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;
var titleOf = (task) => taskTable.find(({ name }) => name === task).title;
var createTimes = (timeZone) => {
  const time = new Intl.DateTimeFormat("en-GB", { timeZone, timeStyle: "medium", hourCycle: "h23" });
  const weekday = new Intl.DateTimeFormat("en-GB", { timeZone, weekday: "short" });
  const date = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short" });
  const zone = new Intl.DateTimeFormat("en-GB", { timeZone, timeZoneName: "short" });
  const label = (at) => zone.formatToParts(at).find(({ type }) => type === "timeZoneName")?.value ?? timeZone;
  return {
    time: (at) => time.format(at),
    clock: (at) => `${weekday.format(at)} ${time.format(at)} ${label(at)}`,
    full: (at) => `${date.format(at)} ${time.format(at)} ${label(at)}`
  };
};

// source/tui/needs.ts
var lockTitle = (lock2) => {
  const task = taskNames.find((name) => taskLock(name) === lock2);
  return task === void 0 ? lock2 : titleOf(task);
};
var isClearable = ({ name }) => name === "leader" || name.startsWith("task:");
var staleLocks = (overview) => overview.leases.filter((lock2) => lock2.stale && isClearable(lock2));
var isOfOneRow = ({ key }) => /^(?:vm:\d+:attention|install:\d+:failed)$/.test(key);
var isAcknowledged = ({ acknowledged }, now) => acknowledged !== null && (acknowledged.until === null || acknowledged.until > now);
var countAttention = (overview, now) => ({
  needs: overview.vmCounts.needsAttention + overview.installCounts.failed,
  incidents: overview.incidents.filter((incident) => incident.closedAt === null && !isOfOneRow(incident) && !isAcknowledged(incident, now)).length
});
var ofIncident = (incident) => ({
  id: `incident:${incident.id}`,
  name: incident.key.split(":").slice(0, -1).join(" "),
  why: incident.affects > 1 ? `${incident.cause} (${incident.affects} hang on it)` : incident.cause,
  since: incident.since,
  command: incident.command,
  isAlarm: incident.severity === "critical",
  incident,
  about: { kind: "incident", incident }
});
var ofVm = (row, incident) => {
  const { reason, since, command } = row.vm.needsAttention;
  return {
    id: `vm:${row.vm.id}`,
    name: row.vm.hostname,
    why: reason,
    since,
    command: command === "" ? `cronsole vm retry ${vmName(row.vm)}` : command,
    isAlarm: true,
    incident,
    about: { kind: "vm", vm: row }
  };
};
var ofInstall = (install2, incident) => ({
  id: `install:${install2.id}`,
  name: install2.domain,
  why: install2.cause ?? "failed",
  since: install2.updatedAt,
  command: `cronsole install retry ${install2.id}`,
  isAlarm: true,
  incident,
  about: { kind: "install", install: install2 }
});
var ofLock = (lock2, incident) => ({
  id: `lock:${lock2.name}`,
  name: lockTitle(lock2.name),
  why: `stale lock of ${lock2.owner.host}:${lock2.owner.pid}`,
  since: lock2.renewedAt,
  command: `cronsole --clear-locks=${lock2.name.replace(/^task:/, "")}`,
  isAlarm: false,
  incident,
  about: { kind: "lock", lock: lock2 }
});
var listNeeds = (overview, now) => {
  const open2 = overview.incidents.filter(({ closedAt }) => closedAt === null);
  const told = new Map(open2.map((incident) => [incident.key, incident]));
  const take = (key) => {
    const incident = told.get(key) ?? null;
    told.delete(key);
    return incident;
  };
  const rows = [
    ...overview.vmsInWork.filter(({ vm }) => vm.needsAttention !== null).map((row) => ofVm(row, take(`vm:${row.vm.id}:attention`))),
    ...overview.installs.filter(({ state }) => state === "failed").map((install2) => ofInstall(install2, take(`install:${install2.id}:failed`))),
    ...staleLocks(overview).map((lock2) => ofLock(lock2, take(`lock:${lock2.name}:stale`)))
  ];
  return [...Array.from(told.values(), (incident) => ofIncident(incident)), ...rows].map((need) => need.incident && isAcknowledged(need.incident, now) ? { ...need, isAlarm: false, why: `acknowledged by ${need.incident.acknowledged.by}: ${need.why}` } : need);
};

// source/tui/state.ts
var panels = ["tasks", "vms", "installs", "activity"];
var createState = (start2) => ({
  ...start2,
  overview: null,
  trouble: null,
  isLeading: false,
  panel: "tasks",
  selected: {
    tasks: null,
    vms: null,
    installs: null,
    activity: null
  },
  filters: {
    tasks: "",
    vms: "",
    installs: "",
    activity: ""
  },
  sorts: {
    tasks: 0,
    vms: 0,
    installs: 0,
    activity: 0
  },
  pages: [],
  overlay: null,
  notice: null,
  dropped: null,
  effects: [],
  effectCount: 0
});
var noticeMs = 12e3;
var wish = (state, effect) => ({
  ...state,
  effects: [...state.effects, { number: state.effectCount + 1, effect }],
  effectCount: state.effectCount + 1
});
var say = (state, level, text) => ({ ...state, notice: { level, text, until: state.now + noticeMs } });
var ask = (state, question2) => ({
  ...state,
  overlay: {
    kind: "question",
    question: question2,
    focus: "cancel",
    text: "",
    paintedAt: null
  }
});
var topPage = (state) => state.pages.at(-1);

// source/tui/lists.ts
var byText = (a, b) => a < b ? -1 : Number(a > b);
var busySince = ({ vm, operation: operation2 }) => vm.needsAttention?.since ?? operation2?.stepSince ?? operation2?.startedAt ?? operation2?.requestedAt ?? 0;
var vmSorts = [
  { name: "need first", compare: null },
  { name: "name", compare: (a, b) => byText(a.vm.hostname, b.vm.hostname) },
  { name: "longest", compare: (a, b) => busySince(a) - busySince(b) }
];
var installSorts = [
  { name: "state", compare: null },
  { name: "name", compare: (a, b) => byText(a.domain, b.domain) },
  { name: "oldest", compare: (a, b) => a.createdAt - b.createdAt }
];
var sortNames = {
  tasks: ["fixed"],
  vms: vmSorts.map(({ name }) => name),
  installs: installSorts.map(({ name }) => name),
  activity: ["time"]
};
var shown = (rows, filter2, words, sort2) => {
  const wanted = filter2.toLowerCase();
  const kept = wanted === "" ? rows : rows.filter((row) => words(row).toLowerCase().includes(wanted));
  return sort2?.compare ? kept.toSorted(sort2.compare) : kept;
};
var tasksShown = (state) => shown(taskTable, state.filters.tasks, ({ name, title }) => `${name} ${title}`);
var vmsShown = (state) => shown(state.overview?.vmsInWork ?? [], state.filters.vms, ({ vm, operation: operation2 }) => [
  vm.hostname,
  vm.reference,
  `v${vm.id}`,
  vm.cluster,
  vm.node ?? "",
  vm.status,
  operation2?.waitingFor ?? "",
  vm.needsAttention?.reason ?? ""
].join(" "), vmSorts[state.sorts.vms]);
var installsShown = (state) => shown(state.overview?.installs ?? [], state.filters.installs, (install2) => [install2.domain, install2.reference, install2.account, install2.state, install2.panel, install2.application, install2.cause ?? ""].join(" "), installSorts[state.sorts.installs]);
var activityShown = (state) => shown(state.overview?.activity ?? [], state.filters.activity, ({ actor, subject, message, level }) => `${level} ${actor} ${subject} ${message}`);
var idsShown = (state, panel) => {
  switch (panel) {
    case "tasks": {
      return tasksShown(state).map(({ name }) => name);
    }
    case "vms": {
      return vmsShown(state).map(({ vm }) => String(vm.id));
    }
    case "installs": {
      return installsShown(state).map(({ id }) => String(id));
    }
    case "activity": {
      return activityShown(state).map(({ id }) => String(id));
    }
  }
};
var selectedIndex = (state, panel) => {
  const ids = idsShown(state, panel);
  const index = state.selected[panel] === null ? -1 : ids.indexOf(state.selected[panel]);
  if (index !== -1) {
    return index;
  }
  return panel === "activity" ? ids.length - 1 : Math.min(0, ids.length - 1);
};
var windowStart = (count, selected, height) => Math.max(0, Math.min(selected - Math.floor(height / 2), count - height));
var ofVm2 = (state, id) => ({ kind: "vm", id, row: state.overview?.vmsInWork.find(({ vm }) => vm.id === id) });
var ofInstall2 = (state, id) => ({ kind: "install", id, row: state.overview?.installs.find((install2) => install2.id === id) });
var needsShown = (state) => {
  const page = topPage(state);
  const needs = state.overview ? listNeeds(state.overview, state.now) : [];
  const index = page?.kind === "needs" ? needs.findIndex(({ id }) => id === page.selected) : -1;
  return { needs, index: index === -1 ? Math.min(0, needs.length - 1) : index };
};
var ofNeed = (state, { about }) => {
  if (about.kind === "vm") {
    return ofVm2(state, about.vm.vm.id);
  }
  return about.kind === "install" ? ofInstall2(state, about.install.id) : about;
};
var ofPanel = (state) => {
  const id = idsShown(state, state.panel)[selectedIndex(state, state.panel)];
  if (id === void 0) {
    return void 0;
  }
  switch (state.panel) {
    case "tasks": {
      return { kind: "task", name: tasksShown(state).find(({ name }) => name === id).name };
    }
    case "vms": {
      return ofVm2(state, Number(id));
    }
    case "installs": {
      return ofInstall2(state, Number(id));
    }
    case "activity": {
      return { kind: "activity", row: activityShown(state).find((row) => String(row.id) === id) };
    }
  }
};
var subjectOf = (state) => {
  const page = topPage(state);
  switch (page?.kind) {
    case void 0: {
      return ofPanel(state);
    }
    case "needs": {
      const { needs, index } = needsShown(state);
      return needs[index] && ofNeed(state, needs[index]);
    }
    case "detail": {
      const { target } = page;
      if (target.kind === "task") {
        return target;
      }
      return target.kind === "vm" ? ofVm2(state, target.id) : ofInstall2(state, target.id);
    }
    case "help": {
      return void 0;
    }
  }
};
var incidentOf = (state) => {
  if (topPage(state)?.kind !== "needs") {
    return void 0;
  }
  const { needs, index } = needsShown(state);
  return needs[index]?.incident ?? void 0;
};

// source/domain/duration.ts
var units = {
  s: 1e3,
  m: 6e4,
  h: 36e5,
  d: 864e5
};
var parseDuration = (text) => {
  if (text === "0") {
    return 0;
  }
  const match = /^(\d{1,9})([dhms])$/.exec(text);
  return match ? Number(match[1]) * units[match[2]] : void 0;
};
var durationHint = "write a number with its unit, such as 90s, 5m, 1h or 3d";
var formatInterval = (seconds) => {
  if (seconds === 0) {
    return "off";
  }
  const [unit, size2] = [["d", 86400], ["h", 3600], ["m", 60]].find(([, size3]) => seconds % size3 === 0) ?? ["s", 1];
  return `${seconds / size2}${unit}`;
};
var formatAge = (ms) => {
  const seconds = Math.max(0, Math.floor(ms / 1e3));
  if (seconds < 60) {
    return `${seconds}s`;
  }
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) {
    return minutes < 10 && seconds % 60 > 0 ? `${minutes}m${String(seconds % 60).padStart(2, "0")}s` : `${minutes}m`;
  }
  const hours = Math.floor(minutes / 60);
  if (hours < 48) {
    return minutes % 60 > 0 ? `${hours}h${String(minutes % 60).padStart(2, "0")}m` : `${hours}h`;
  }
  return `${Math.floor(hours / 24)}d`;
};
var formatTook = (ms) => ms < 6e4 ? `${(Math.max(0, ms) / 1e3).toFixed(1)}s` : formatAge(ms);

// source/domain/task-state.ts
var resolveTaskStates = (inFile, set) => taskTable.map(({ name, defaultIntervalSeconds }) => {
  const file = inFile[name]?.intervalSeconds ?? null;
  const people = set.find(({ task }) => task === name);
  const fileIntervalSeconds = file ?? defaultIntervalSeconds;
  const isSet = people?.intervalSeconds !== null && people?.intervalSeconds !== void 0;
  return {
    name,
    intervalSeconds: isSet ? people.intervalSeconds : fileIntervalSeconds,
    intervalFrom: isSet ? "set" : file === null ? "default" : "file",
    intervalSetBy: isSet ? people.intervalSetBy : null,
    fileIntervalSeconds,
    paused: people?.paused ?? null
  };
});

// source/tui/leaving.ts
var countUnderWay = (overview) => overview.vmCounts.inWork + overview.installCounts.running + overview.lastRuns.filter(({ finishedAt }) => finishedAt === null).length;
var hasStandby = ({ sessions, leader: leader2 }) => sessions.some(({ id, kind }) => (kind === "daemon" || kind === "console") && id !== leader2?.id);
var oneBack = (state) => {
  if (state.pages.length > 0) {
    return { ...state, pages: state.pages.slice(0, -1) };
  }
  return state.filters[state.panel] === "" ? void 0 : { ...state, filters: { ...state.filters, [state.panel]: "" } };
};
var leave = (state) => {
  const { overview, isLeading } = state;
  if (!overview || !isLeading || countUnderWay(overview) === 0 || hasStandby(overview)) {
    return wish(state, { kind: "quit" });
  }
  const { inWork } = overview.vmCounts;
  const { running } = overview.installCounts;
  const work = [inWork > 0 ? `${formatCount(inWork, "VM")} in work` : "", running > 0 ? formatCount(running, "install") : ""].filter(Boolean).join(", ");
  return ask(state, {
    title: "Quit while this console leads?",
    lines: [`${work === "" ? "A task is running" : work}, no standby: quitting stops them.`, "Nothing is lost: whoever leads next goes on from there."],
    yes: "Quit",
    typed: null,
    effect: { kind: "quit" }
  });
};

// source/intents/verbs.ts
var looks = { isWriting: false, isDestructive: false };
var writes = { isWriting: true, isDestructive: false };
var verbs = [
  {
    name: "init",
    usage: "[FILE]",
    summary: "write a commented config file",
    ...writes
  },
  {
    name: "check",
    usage: "",
    summary: "check the config, the database and every connection",
    ...looks
  },
  {
    name: "status",
    usage: "[--exit-code]",
    summary: "the console's first view, once",
    ...looks
  },
  {
    name: "task list",
    usage: "",
    summary: "tasks with interval, last run, next run, lock",
    ...looks
  },
  {
    name: "task run",
    usage: "NAME",
    summary: "ask the leader to run a task now",
    ...writes,
    key: "r"
  },
  {
    name: "task pause",
    usage: "NAME [--for 2h] [--reason T]",
    summary: "stop scheduled runs of a task",
    ...writes,
    key: "p"
  },
  {
    name: "task resume",
    usage: "NAME",
    summary: "let a paused task run again",
    ...writes,
    key: "p"
  },
  {
    name: "task interval",
    usage: "NAME 5m|default",
    summary: "set how often a task runs",
    ...writes,
    key: "e"
  },
  {
    name: "lock list",
    usage: "",
    summary: "locks, their owners, and which are stale",
    ...looks
  },
  {
    name: "lock clear",
    usage: "[NAME] [--force]",
    summary: "clear stale locks; with --force live ones too",
    ...writes,
    key: "c"
  },
  {
    name: "hold",
    usage: "[--reason T] [--for 2h]",
    summary: "start nothing new anywhere",
    ...writes,
    key: "H"
  },
  {
    name: "hold off",
    usage: "",
    summary: "end the hold",
    ...writes,
    key: "H"
  },
  {
    name: "maintenance on",
    usage: "CLUSTER[/NODE] [--reason T] [--for 2h]",
    summary: "let a cluster's or node's work wait",
    ...writes
  },
  {
    name: "maintenance off",
    usage: "CLUSTER[/NODE]",
    summary: "let it go on",
    ...writes
  },
  {
    name: "vm create",
    usage: "[--file F|-]",
    summary: "order a VM, one JSON object",
    ...writes
  },
  {
    name: "vm list",
    usage: "[--state S] [--client C] [--cluster C]",
    summary: "VMs, one a line",
    ...looks
  },
  {
    name: "vm show",
    usage: "REF",
    summary: "everything about a VM",
    ...looks,
    key: "enter"
  },
  {
    name: "vm log",
    usage: "REF",
    summary: "a VM's step log",
    ...looks
  },
  {
    name: "vm explain",
    usage: "REF",
    summary: "what it waits for, since when, what comes next, which command helps",
    ...looks,
    key: "!"
  },
  {
    name: "vm retry",
    usage: "REF",
    summary: "try again what needs attention",
    ...writes,
    key: "t"
  },
  {
    name: "install list",
    usage: "[--state S]",
    summary: "staged installs",
    ...looks
  },
  {
    name: "install show",
    usage: "ID",
    summary: "everything about an install",
    ...looks,
    key: "enter"
  },
  {
    name: "install drop",
    usage: "ID",
    summary: "take a pending or failed install out of the queue",
    ...writes,
    key: "d"
  },
  {
    name: "install undrop",
    usage: "ID",
    summary: "take a dropped install back",
    ...writes,
    key: "u"
  },
  {
    name: "install retry",
    usage: "ID",
    summary: "try a failed install again",
    ...writes,
    key: "t"
  },
  {
    name: "pool list",
    usage: "",
    summary: "address pools and how full they are",
    ...looks
  },
  {
    name: "address list",
    usage: "",
    summary: "addresses in use",
    ...looks
  },
  {
    name: "find",
    usage: "WHAT",
    summary: "an address, hostname, MAC, reference, client, VMID or UPID; yesterday's owner too",
    ...looks
  },
  {
    name: "activity",
    usage: "[--follow] [--since 1h] [--level error] [--about SUBJECT]",
    summary: "who did what, and what happened",
    ...looks
  },
  {
    name: "incident list",
    usage: "",
    summary: "what is wrong now",
    ...looks
  },
  {
    name: "ack",
    usage: "ID [--note T] [--for 4h]",
    summary: "acknowledge an incident",
    ...writes,
    key: "a"
  }
];

// source/tui/keymap.ts
var always = () => null;
var onFirstView = (state) => topPage(state) === void 0 ? null : "go back to the first view (esc)";
var onTask = (state) => subjectOf(state)?.kind === "task" ? null : "choose a task first (tab)";
var onLock = (state) => {
  const subject = subjectOf(state);
  if (subject?.kind === "lock") {
    return null;
  }
  if (subject?.kind !== "task") {
    return "choose a task first (tab)";
  }
  return state.overview?.leases.some(({ name }) => name === taskLock(subject.name)) ? null : "its lock is free";
};
var onStaleLocks = (state) => state.overview && staleLocks(state.overview).length > 0 ? null : "no lock is stale";
var onDroppable = (state) => {
  const subject = subjectOf(state);
  if (subject?.kind !== "install") {
    return "choose an install first (tab)";
  }
  const installState = subject.row?.state;
  return installState === "pending" || installState === "failed" ? null : "only a pending or failed install can be dropped";
};
var onRetryable = (state) => {
  const subject = subjectOf(state);
  if (subject?.kind === "vm") {
    return subject.row?.vm.needsAttention ? null : "this VM needs nobody: it goes on by itself";
  }
  if (subject?.kind === "install") {
    return subject.row?.state === "failed" ? null : "only a failed install is tried again";
  }
  return "choose a VM that needs you or a failed install (tab)";
};
var onIncident = (state) => {
  if (incidentOf(state)) {
    return null;
  }
  return (state.overview?.incidents.length ?? 0) > 0 ? "choose an incident (!)" : "there is no incident";
};
var onDetails = (state) => {
  const subject = subjectOf(state);
  if (topPage(state)?.kind === "detail") {
    return "these are the details";
  }
  return subject === void 0 || subject.kind === "incident" || subject.kind === "lock" || subject.kind === "activity" && subject.row.vmId === null && subject.row.installId === null ? "there are no details to this" : null;
};
var onSubject = (state) => subjectOf(state) === void 0 ? "there is no row here" : null;
var onSortable = (state) => onFirstView(state) ?? (sortNames[state.panel].length > 1 ? null : "these rows keep their order");
var keymap = {
  run: {
    keys: ["r"],
    title: "run the task now",
    verbs: ["task run"],
    label: "run",
    reason: onTask
  },
  clearLock: {
    keys: ["c"],
    title: "clear its lock (a live one asks for the task's name)",
    verbs: ["lock clear"],
    label: "clear lock",
    reason: onLock
  },
  clearStale: {
    keys: ["C"],
    title: "list all stale locks, then clear them",
    verbs: ["lock clear"],
    reason: onStaleLocks
  },
  pause: {
    keys: ["p"],
    title: "pause the task, or let it run again",
    verbs: ["task pause", "task resume"],
    label: "pause",
    reason: onTask
  },
  interval: {
    keys: ["e"],
    title: "edit how often the task runs",
    verbs: ["task interval"],
    label: "every",
    reason: onTask
  },
  drop: {
    keys: ["d"],
    title: "drop the pending or failed install",
    verbs: ["install drop"],
    label: "drop",
    reason: onDroppable
  },
  undo: {
    keys: ["u"],
    title: "take back the install dropped last",
    verbs: ["install undrop"],
    label: "undo drop",
    reason: (state) => state.dropped ? null : "nothing was dropped here"
  },
  tryAgain: {
    keys: ["t"],
    title: "try again what needs a person",
    verbs: ["vm retry", "install retry"],
    label: "try again",
    reason: onRetryable
  },
  acknowledge: {
    keys: ["a"],
    title: "acknowledge the incident",
    verbs: ["ack"],
    label: "acknowledge",
    reason: onIncident
  },
  hold: {
    keys: ["H"],
    title: "hold everything, or end the hold",
    verbs: ["hold", "hold off"],
    reason: always
  },
  details: {
    keys: ["enter", "right"],
    title: "details",
    verbs: ["vm show", "install show"],
    label: "details",
    reason: onDetails
  },
  needs: {
    keys: ["!"],
    title: "what needs a person, with the command that helps",
    verbs: ["vm explain", "incident list"],
    label: "needs you",
    reason: (state) => topPage(state)?.kind === "needs" ? "this is it" : null
  },
  filter: {
    keys: ["/"],
    title: "filter the rows of this panel",
    verbs: [],
    label: "filter",
    reason: onFirstView
  },
  sort: {
    keys: ["s"],
    title: "sort the rows of this panel",
    verbs: [],
    reason: onSortable
  },
  follow: {
    keys: ["f"],
    title: "follow the newest activity",
    verbs: ["activity"],
    reason: onFirstView
  },
  palette: {
    keys: [":"],
    title: "command palette",
    verbs: [],
    label: "command",
    reason: always
  },
  copy: {
    keys: ["y"],
    title: "copy the name, or the command that helps",
    verbs: [],
    reason: onSubject
  },
  nextPanel: {
    keys: ["tab"],
    title: "next panel",
    verbs: [],
    reason: onFirstView
  },
  previousPanel: {
    keys: ["shift-tab"],
    title: "previous panel",
    verbs: [],
    reason: onFirstView
  },
  down: {
    keys: ["j", "down"],
    title: "down",
    verbs: [],
    reason: always
  },
  up: {
    keys: ["k", "up"],
    title: "up",
    verbs: [],
    reason: always
  },
  first: {
    keys: ["g", "home"],
    title: "first row",
    verbs: [],
    reason: always
  },
  last: {
    keys: ["G", "end"],
    title: "last row",
    verbs: [],
    reason: always
  },
  halfDown: {
    keys: ["ctrl-d", "page-down"],
    title: "half a page down",
    verbs: [],
    reason: always
  },
  halfUp: {
    keys: ["ctrl-u", "page-up"],
    title: "half a page up",
    verbs: [],
    reason: always
  },
  firstView: {
    keys: ["1"],
    title: "the first view",
    verbs: ["status"],
    reason: always
  },
  redraw: {
    keys: ["ctrl-l"],
    title: "draw the screen again",
    verbs: [],
    reason: always
  },
  help: {
    keys: ["?"],
    title: "the keys that are valid here",
    verbs: [],
    label: "help",
    reason: (state) => topPage(state)?.kind === "help" ? "this is it" : null
  },
  back: {
    keys: ["esc", "left"],
    title: "one level back",
    verbs: [],
    reason: always
  },
  quit: {
    keys: ["q", "ctrl-c"],
    title: "one level back, at the top quit",
    verbs: [],
    label: "quit",
    reason: always
  }
};
var writes2 = (names) => verbs.some((verb) => verb.isWriting && names.includes(verb.name));
var bindings = Object.entries(keymap).map(([command, row]) => ({ ...row, command, isWriting: writes2(row.verbs) }));
var bindingsFor = (state) => bindings.filter(({ isWriting }) => !(isWriting && state.isReadOnly));
var findBinding = (key) => bindings.find(({ keys }) => keys.includes(key));
var keyTitles = { "shift-tab": "shift-tab", "page-up": "PgUp", "page-down": "PgDn" };
var keyTitle = (key) => keyTitles[key] ?? key.replace(/^ctrl-/, "^");
var footerHints = (state) => bindingsFor(state).flatMap(({ keys, label, reason }) => label !== void 0 && reason(state) === null ? [{ key: keyTitle(keys[0]), label }] : []);
var helpRows = (state) => {
  const below = { ...state, pages: state.pages.filter(({ kind }) => kind !== "help") };
  return bindingsFor(state).map(({ keys, title, verbs: names, reason }) => ({
    keys: keys.map((key) => keyTitle(key)).join(" "),
    title,
    command: names.map((name) => `cronsole ${name}`).join(", "),
    reason: reason(below)
  }));
};

// source/tui/layout.ts
var smallest = { columns: 60, rows: 16 };
var isTooSmall = ({ columns, rows }) => columns < smallest.columns || rows < smallest.rows;
var chrome = 8;
var activityRule = 1;
var leastMiddle = 3;
var layoutOf = ({ columns, rows }, counts) => {
  const tasks = Math.min(Math.max(1, counts.tasks), rows - chrome - 1);
  const free = rows - chrome - tasks;
  const wanted = Math.max(leastMiddle, counts.vms, counts.installs);
  const forBoth = free - activityRule;
  const middle = forBoth - 1 < leastMiddle ? free : Math.min(wanted, Math.max(leastMiddle, Math.floor(forBoth * 0.6)));
  const activity2 = middle === free ? 0 : forBoth - middle;
  const installColumns = Math.min(90, Math.max(30, Math.floor(columns * (columns < 100 ? 0.46 : 0.4))));
  return {
    tasks,
    middle,
    activity: activity2,
    installColumns,
    vmColumns: columns - installColumns
  };
};
var pageRows = ({ rows }) => Math.max(1, rows - 5);

// source/tui/moving.ts
var onTop = (state, page) => ({ ...state, pages: [...state.pages.slice(0, -1), page] });
var clamp = (value, count) => Math.max(0, Math.min(value, count - 1));
var moved = (state, to) => {
  const page = topPage(state);
  switch (page?.kind) {
    case void 0: {
      const ids = idsShown(state, state.panel);
      const next = clamp(to(selectedIndex(state, state.panel), ids.length), ids.length);
      const id = state.panel === "activity" && next === ids.length - 1 ? null : ids[next] ?? null;
      return { ...state, selected: { ...state.selected, [state.panel]: id } };
    }
    case "needs": {
      const { needs, index } = needsShown(state);
      return onTop(state, { ...page, selected: needs[clamp(to(index, needs.length), needs.length)]?.id ?? null });
    }
    case "help":
    case "detail": {
      const length = page.kind === "help" ? helpRows(state).length : page.lines?.length ?? 0;
      const tops = Math.max(1, length - pageRows(state.size) + 1);
      return onTop(state, { ...page, top: clamp(to(page.top, tops), tops) });
    }
  }
};
var step = (by) => (state) => moved(state, (index) => index + by);
var halfPage = ({ size: size2 }) => Math.max(1, Math.floor(pageRows(size2) / 4));
var moving = {
  down: step(1),
  up: step(-1),
  first: (state) => moved(state, () => 0),
  last: (state) => moved(state, (_, count) => count - 1),
  halfDown: (state) => moved(state, (index) => index + halfPage(state)),
  halfUp: (state) => moved(state, (index) => index - halfPage(state))
};

// source/tui/commands.ts
var withTask = (does) => (state) => {
  const subject = subjectOf(state);
  return subject?.kind === "task" ? does(state, subject.name) : state;
};
var whose = ({ owner }) => `${owner.kind} ${owner.host}:${owner.pid}`;
var clearLock = (state) => {
  const subject = subjectOf(state);
  const lock2 = subject?.kind === "lock" ? subject.lock : state.overview?.leases.find(({ name }) => subject?.kind === "task" && name === taskLock(subject.name));
  if (!lock2) {
    return state;
  }
  if (lock2.stale) {
    return wish(state, { kind: "clear-lock", lock: lock2.name, isForced: false });
  }
  const task = taskTable.find(({ name }) => taskLock(name) === lock2.name);
  return ask(state, {
    title: `Clear the live lock of ${lockTitle(lock2.name)}?`,
    lines: [
      `${whose(lock2)} holds it since ${formatSpan(state.now - lock2.acquiredAt)} and is alive.`,
      "Its run ends at its next write, and another may start at once."
    ],
    yes: "Clear",
    typed: task ? [task.name, task.alias, task.title] : [lock2.name],
    effect: { kind: "clear-lock", lock: lock2.name, isForced: true }
  });
};
var clearStale = (state) => {
  const stale = state.overview ? staleLocks(state.overview) : [];
  return ask(state, {
    title: `Clear ${formatCount(stale.length, "stale lock")}?`,
    lines: stale.map((lock2) => `${lockTitle(lock2.name)}: ${whose(lock2)}, since ${formatSpan(state.now - lock2.acquiredAt)}`),
    yes: "Clear",
    typed: null,
    effect: { kind: "clear-stale" }
  });
};
var drop = (state) => {
  const subject = subjectOf(state);
  if (subject?.kind !== "install" || !subject.row) {
    return state;
  }
  const { id, version, domain, account } = subject.row;
  return ask(state, {
    title: `Drop the install of ${domain}?`,
    lines: [`The account ${account} stays; the client gets no mail.`, "u takes it back."],
    yes: "Drop",
    typed: null,
    effect: { kind: "drop", id, version }
  });
};
var tryAgain = (state) => {
  const subject = subjectOf(state);
  if (subject?.kind === "vm") {
    return wish(state, { kind: "retry-vm", id: subject.id });
  }
  return subject?.kind === "install" && subject.row ? wish(state, { kind: "retry-install", id: subject.id, version: subject.row.version }) : state;
};
var acknowledge = (state) => {
  const incident = incidentOf(state);
  return incident ? wish(state, { kind: "acknowledge", incident }) : state;
};
var hold = (state) => state.overview?.hold ? ask(state, {
  title: "End the hold?",
  lines: [`${state.overview.hold.by} set it${state.overview.hold.reason === null ? "" : `: ${state.overview.hold.reason}`}.`, "What waits goes on at once."],
  yes: "End it",
  typed: null,
  effect: { kind: "end-hold" }
}) : { ...state, overlay: { kind: "hold", text: "" } };
var open = (state, page) => ({ ...state, pages: [...state.pages, page] });
var targetOf = (subject) => {
  if (subject?.kind === "task") {
    return { kind: "task", name: subject.name };
  }
  if (subject?.kind === "vm" || subject?.kind === "install") {
    return { kind: subject.kind, id: subject.id };
  }
  if (subject?.kind !== "activity") {
    return void 0;
  }
  const { vmId, installId } = subject.row;
  return vmId === null ? installId === null ? void 0 : { kind: "install", id: installId } : { kind: "vm", id: vmId };
};
var details = (state) => {
  const target = targetOf(subjectOf(state));
  return target ? wish(open(state, {
    kind: "detail",
    target,
    title: "",
    lines: null,
    top: 0
  }), { kind: "read-detail", target }) : state;
};
var copy = (state) => {
  const page = topPage(state);
  const { needs, index } = needsShown(state);
  const command = page?.kind === "needs" ? needs[index]?.command : void 0;
  const subject = subjectOf(state);
  const nameOf = () => {
    switch (subject?.kind) {
      case "task": {
        return subject.name;
      }
      case "vm": {
        return subject.row?.vm.hostname ?? `v${subject.id}`;
      }
      case "install": {
        return subject.row?.domain ?? String(subject.id);
      }
      case "activity": {
        return `${subject.row.subject}: ${subject.row.message}`;
      }
      case "incident": {
        return subject.incident.cause;
      }
      case "lock": {
        return subject.lock.name;
      }
      case void 0: {
        return "";
      }
    }
  };
  return wish(state, { kind: "copy", text: command ?? nameOf() });
};
var toPanel = (by) => (state) => {
  const next = panels[(panels.indexOf(state.panel) + by + panels.length) % panels.length];
  return { ...state, panel: next };
};
var sort = (state) => {
  const names = sortNames[state.panel];
  const next = (state.sorts[state.panel] + 1) % names.length;
  return say({ ...state, sorts: { ...state.sorts, [state.panel]: next } }, "plain", `sorted by: ${names[next]}`);
};
var taskEffect = (make) => withTask((state, task) => wish(state, make(state, task)));
var settingOf = ({ settings, overview }, task) => resolveTaskStates(settings.tasks, overview?.taskSettings ?? []).find(({ name }) => name === task);
var editInterval = withTask((state, task) => {
  const { intervalSeconds } = settingOf(state, task);
  const text = intervalSeconds === 0 ? "0" : formatInterval(intervalSeconds);
  return say({ ...state, overlay: { kind: "interval", task, text } }, "plain", `${titleOf(task)}: 90s, 5m, 1h; 0 is off; default is the config's`);
});
var commands = {
  ...moving,
  run: taskEffect((_, task) => ({ kind: "run", task })),
  clearLock,
  clearStale,
  pause: taskEffect((state, task) => ({ kind: settingOf(state, task).paused ? "resume" : "pause", task })),
  interval: editInterval,
  drop,
  undo: (state) => state.dropped ? wish(state, { kind: "undrop", id: state.dropped.id, version: state.dropped.version }) : state,
  tryAgain,
  acknowledge,
  hold,
  details,
  needs: (state) => open(state, { kind: "needs", selected: null }),
  filter: (state) => ({ ...state, overlay: { kind: "filter", text: state.filters[state.panel] } }),
  sort,
  follow: (state) => say({ ...state, panel: "activity", selected: { ...state.selected, activity: null } }, "plain", "following the newest activity"),
  palette: (state) => ({ ...state, overlay: { kind: "palette", text: "", index: 0 } }),
  copy,
  nextPanel: toPanel(1),
  previousPanel: toPanel(-1),
  firstView: (state) => ({ ...state, pages: [] }),
  redraw: (state) => wish(state, { kind: "redraw" }),
  help: (state) => open(state, { kind: "help", top: 0 }),
  back: (state) => oneBack(state) ?? state,
  quit: (state) => oneBack(state) ?? leave(state)
};

// source/tui/palette.ts
var ofTasks = /* @__PURE__ */ new Set(["run", "clearLock", "pause", "interval"]);
var hidden = /* @__PURE__ */ new Set(["palette", "down", "up", "first", "last", "halfDown", "halfUp"]);
var entriesOf = (state, binding) => {
  const { command, keys, title, verbs: verbs2, reason } = binding;
  const key = keyTitle(keys[0]);
  if (!ofTasks.has(command)) {
    const label = verbs2.length === 0 ? title : verbs2.join(", ");
    return [{
      label,
      key,
      title,
      reason: reason(state),
      run: commands[command]
    }];
  }
  return taskTable.map(({ name }) => {
    const onTask2 = (before) => ({
      ...before,
      pages: [],
      panel: "tasks",
      selected: { ...before.selected, tasks: name },
      filters: { ...before.filters, tasks: "" }
    });
    return {
      label: `${verbs2[0]} ${name}`,
      key,
      title,
      reason: reason(onTask2(state)),
      run: (before) => commands[command](onTask2(before))
    };
  });
};
var score = (text, wanted) => {
  let from = 0;
  let gaps = 0;
  for (const letter of wanted.toLowerCase()) {
    const at = text.indexOf(letter, from);
    if (at === -1) {
      return void 0;
    }
    gaps += at - from;
    from = at + 1;
  }
  return gaps;
};
var findEntries = (state, wanted) => {
  const letters = wanted.replaceAll(" ", "");
  return bindingsFor(state).filter(({ command }) => !hidden.has(command)).flatMap((binding) => entriesOf(state, binding)).map((entry) => ({ entry, score: score(`${entry.label} ${entry.title}`.toLowerCase(), letters) })).filter((found) => found.score !== void 0).toSorted((a, b) => letters === "" ? 0 : a.score - b.score).map(({ entry }) => entry);
};

// source/tui/components/palette-box.tsx
var import_jsx_runtime3 = __toESM(require_jsx_runtime(), 1);
var entryPieces = ({ label, key, title, reason }, isSelected, theme2, width) => {
  const start2 = `${isSelected ? theme2.glyphs.cursor : " "} ${fit(theme2, label, 36)} ${fit(theme2, key, 7)}`;
  const rest = reason === null ? title : `not here: ${reason}`;
  return isSelected ? [["selected", fit(theme2, start2 + rest, width)]] : [[reason === null ? "plain" : "dim", start2], ["dim", rest]];
};
var PaletteBox = ({ state, text, index, theme: theme2 }) => {
  const { columns, rows } = state.size;
  const width = Math.min(columns - 4, 96);
  const height = Math.max(3, Math.min(14, rows - 8));
  const entries = findEntries(state, text);
  const start2 = windowStart(entries.length, index, height);
  const { glyphs } = theme2;
  const border = theme2.paint("accent", glyphs.vertical);
  const line = (pieces) => `${border} ${fitPieces(theme2, pieces, width - 4)} ${border}`;
  return /* @__PURE__ */ (0, import_jsx_runtime3.jsxs)(Box_default, { position: "absolute", flexDirection: "column", marginLeft: Math.floor((columns - width) / 2), marginTop: 2, width, children: [
    /* @__PURE__ */ (0, import_jsx_runtime3.jsx)(Line, { text: ruleOf(theme2, [glyphs.topLeft, glyphs.topRight], [["strong", "Command"]], width) }),
    /* @__PURE__ */ (0, import_jsx_runtime3.jsx)(Line, { text: line([["accent", ":"], ["plain", text], ["selected", " "]]) }),
    Array.from({ length: height }, (_, row) => {
      const entry = entries[start2 + row];
      return /* @__PURE__ */ (0, import_jsx_runtime3.jsx)(Line, { text: line(entry ? entryPieces(entry, start2 + row === index, theme2, width - 4) : []) }, row);
    }),
    /* @__PURE__ */ (0, import_jsx_runtime3.jsx)(Line, { text: ruleOf(theme2, [glyphs.bottomLeft, glyphs.bottomRight], [["dim", "enter runs it  esc closes"]], width) })
  ] });
};

// source/tui/panels/footer.ts
var footerLine = (state, theme2) => {
  const hints = footerHints(state).map(({ key, label }) => [["plain", "  "], ["accent", key], ["plain", ` ${label}`]]);
  const last = hints.slice(-2);
  let room = state.size.columns - 4;
  for (const pieces2 of last) {
    room -= piecesWidth(theme2, pieces2);
  }
  const fitting = hints.slice(0, -2).filter((pieces2) => {
    room -= piecesWidth(theme2, pieces2);
    return room >= 0;
  });
  const { bottomLeft, bottomRight } = theme2.glyphs;
  const [, ...pieces] = [...fitting, ...last].flat();
  return ruleOf(theme2, [bottomLeft, bottomRight], pieces, state.size.columns);
};
var prompts = {
  filter: "/",
  interval: "every: ",
  hold: "hold everything; reason (begin with 2h to end by itself): "
};
var noticeLine = (state, theme2) => {
  const { overlay, notice, size: { columns } } = state;
  if (overlay && overlay.kind !== "palette" && overlay.kind !== "question") {
    const about = overlay.kind === "interval" ? `${titleOf(overlay.task)}, ` : "";
    const hint = notice && overlay.kind === "interval" ? `   ${notice.text}` : "";
    return fitPieces(theme2, [["accent", ` ${about}${prompts[overlay.kind]}`], ["plain", overlay.text], ["selected", " "], [notice?.level === "bad" ? "bad" : "dim", hint]], columns);
  }
  if (notice) {
    return fitPieces(theme2, [[notice.level, ` ${notice.level === "bad" ? "! " : ""}${notice.text}`]], columns);
  }
  if (topPage(state)?.kind === "needs") {
    const { needs, index } = needsShown(state);
    const need = needs[index];
    return fitPieces(theme2, need ? [["dim", " helps: "], ["accent", need.command ?? "nothing by hand"], ["plain", `   ${need.why}`]] : [], columns);
  }
  const filter2 = state.filters[state.panel];
  return fitPieces(theme2, filter2 === "" ? [] : [["accent", ` /${filter2}`], ["dim", "   esc: all rows"]], columns);
};

// source/tui/panels/header.ts
var heartbeatStepMs = 5e3;
var leaderPieces = ({ leader: leader2, lastLeader }, { state: { now, isLeading }, theme: theme2 }) => {
  if (leader2) {
    const age = now - leader2.renewedAt;
    const who = isLeading ? "this console" : `${leader2.kind} ${leader2.host}:${leader2.pid}`;
    return [
      ["good", `${theme2.glyphs.leader} `],
      ["plain", `leading: ${who}`],
      [age > 2e4 ? "bad" : "dim", `, ${formatSpan(Math.floor(age / heartbeatStepMs) * heartbeatStepMs)} ago`]
    ];
  }
  const last = lastLeader ? ` (last: ${lastLeader.kind} ${lastLeader.host}, ${formatSpan(now - lastLeader.seenAt)} ago)` : "";
  return [["alarm", `! NOBODY LEADS${last} `]];
};
var clusterStyle = ({ state }) => state === "ok" ? "good" : ["degraded", "maintenance", "observed"].includes(state) ? "warning" : "bad";
var clusterPieces = (clusters, shortness, theme2) => {
  const isShort = shortness > 2;
  const sound = clusters.filter(({ state }) => state === "ok");
  const named = isShort ? clusters.filter((cluster) => !sound.includes(cluster)) : clusters;
  const separator = ["dim", ` ${theme2.glyphs.separator} `];
  return [
    ...named.flatMap((cluster) => [separator, ["plain", `${cluster.name} `], [clusterStyle(cluster), cluster.state]]),
    ...isShort && sound.length > 0 && (shortness < 4 || named.length === 0) ? [separator, ["good", `${formatCount(sound.length, "cluster")} ok`]] : []
  ];
};
var othersHere = ({ sessions }, { host, pid }) => [...new Set(sessions.filter(({ kind }) => kind === "screen" || kind === "console").filter((session2) => session2.host !== host || session2.pid !== pid).map(({ actor }) => actor))];
var othersPieces = (names, isShort) => names.length === 0 ? [] : [["accent", isShort || names.length > 4 ? `${formatCount(names.length, "other")} here  ` : `${names.join(", ")}  `]];
var badges = (isReadOnly, isDemo) => [
  ...isDemo ? [["plain", " "], ["alarm", " DEMO "]] : [],
  ...isReadOnly ? [["plain", " "], ["alarm", " RO "]] : []
];
var placePieces = ({ host, folder }) => [["dim", `  ${host}  ${folder}`]];
var headerEdges = (overview, context) => {
  const { state, facts: facts2, theme: theme2, times: times2 } = context;
  const clock = [["plain", times2.clock(state.now)]];
  const build = (shortness) => ({
    hasPlace: shortness < 2,
    left: [
      ["strong", "cronsole"],
      ...badges(state.isReadOnly, facts2.isDemo),
      ...shortness < 2 ? placePieces(facts2) : [],
      ["plain", "  "],
      ...overview ? leaderPieces(overview, context) : [["dim", "reading the database"]],
      ...overview ? clusterPieces(overview.clusters, shortness, theme2) : []
    ],
    right: [...overview ? othersPieces(othersHere(overview, facts2), shortness > 0) : [], ...shortness > 3 ? [] : clock]
  });
  const fitting = [0, 1, 2, 3].map((shortness) => build(shortness)).find(({ left, right }) => {
    const width = piecesWidth(theme2, left) + piecesWidth(theme2, right);
    return width < state.size.columns;
  });
  return fitting ?? build(4);
};
var headerLine = (overview, context) => {
  const { left, right } = headerEdges(overview, context);
  return fitEdges(context.theme, left, right, context.state.size.columns);
};
var holdPieces = ({ hold: hold3 }, { state: { now }, times: times2 }) => {
  if (!hold3) {
    return [];
  }
  const until = hold3.until === null ? "" : `, until ${times2.time(hold3.until)}`;
  return [["plain", "  "], ["alarm", ` HOLD by ${hold3.by} ${formatSpan(now - hold3.since)}${until}${hold3.reason === null ? "" : `: ${hold3.reason}`} `]];
};
var attentionLine = (overview, context) => {
  const { state, facts: facts2, theme: theme2 } = context;
  const { needs, incidents } = overview ? countAttention(overview, state.now) : { needs: 0, incidents: 0 };
  const counts = [needs > 0 ? `${needs} need${needs === 1 ? "s" : ""} you` : "", incidents > 0 ? formatCount(incidents, "incident") : ""].filter((part) => part !== "");
  const maintenance = overview?.maintenance.map(({ cluster, node }) => node === null ? cluster : `${cluster}/${node}`).join(", ") ?? "";
  const left = [
    ["accent", "1 Overview"],
    ...headerEdges(overview, context).hasPlace ? [] : placePieces(facts2),
    ...overview ? holdPieces(overview, context) : [],
    ...maintenance === "" ? [] : [["warning", `  maintenance: ${maintenance}`]],
    ...state.trouble === null ? [] : [["plain", "  "], ["alarm", ` the database cannot be read: ${state.trouble} `]]
  ];
  const right = counts.length === 0 ? ["dim", "all is well"] : ["alarm", ` ! ${counts.join(` ${theme2.glyphs.separator} `)} `];
  return fitEdges(theme2, left, [right], state.size.columns);
};

// source/domain/due.ts
var findDueness = (task, lastStartedAt, now, isOnHold) => {
  if (task.intervalSeconds === 0) {
    return { kind: "off" };
  }
  if (task.paused !== null) {
    return { kind: "paused" };
  }
  if (isOnHold) {
    return { kind: "hold" };
  }
  if (lastStartedAt === null) {
    return { kind: "due", since: 0 };
  }
  if (lastStartedAt > now) {
    return { kind: "due", since: lastStartedAt };
  }
  const at = lastStartedAt + task.intervalSeconds * 1e3;
  return at <= now ? { kind: "due", since: at } : { kind: "later", at };
};
var nextDueAt = (task, lastStartedAt, now, isOnHold) => {
  const dueness = findDueness(task, lastStartedAt, now, isOnHold);
  if (dueness.kind === "due") {
    return now;
  }
  return dueness.kind === "later" ? dueness.at : null;
};

// source/domain/run-result.ts
var describeTally = ({ processed, errors, waiting, needsAttention }) => {
  const parts = [
    processed > 0 ? `${processed} done` : "",
    errors > 0 ? `${errors} failed` : "",
    waiting > 0 ? `${waiting} waiting` : "",
    needsAttention > 0 ? `${needsAttention} need${needsAttention === 1 ? "s" : ""} you` : ""
  ].filter((part) => part !== "");
  return parts.length === 0 ? "nothing to do" : parts.join(", ");
};

// source/domain/operation.ts
var operationKinds = {
  create: { task: "process_vms", title: "deploy" }
};

// source/domain/vm-status.ts
var deployStatuses = [
  "creation",
  "set_ip",
  "clone",
  "set_dns",
  "migrated",
  "set_cpu_ram",
  "set_system_disk_size",
  "set_system_disk_bandwidth",
  "set_created_additional_disk",
  "set_additional_disk_size",
  "set_additional_disk_bandwidth",
  "set_network",
  "set_firewall",
  "set_cloudinit",
  "starting",
  "ready"
];

// source/tui/components/data-table.tsx
await init_build();

// source/tui/components/columns.ts
var gap = 2;
var total = (widths) => widths.reduce((sum, width) => sum + width, 0) + gap * Math.max(0, widths.length - 1);
var fitColumns = (specs4, rows, space) => {
  const columns = specs4.filter(({ from }) => (from ?? 0) <= space);
  const widths = columns.map(({ key, title, least, most }) => {
    const cells = rows.map((row) => widthOf(row[key] ?? ""));
    const widest = Math.max(widthOf(title), ...cells);
    return Math.max(least, Math.min(most, widest));
  });
  let excess = total(widths) - space;
  while (excess > 0) {
    const slack = columns.map(({ least }, index) => widths[index] - least);
    const widest = slack.indexOf(Math.max(...slack));
    const by = Math.min(excess, slack[widest]);
    if (by <= 0) {
      break;
    }
    widths[widest] = widths[widest] - by;
    excess -= by;
  }
  const wide = columns.findIndex(({ isWide }) => isWide);
  if (wide !== -1 && excess < 0) {
    widths[wide] = widths[wide] - excess;
  }
  return columns.map(({ key }, index) => ({ key, column: key, width: Math.max(1, widths[index]) }));
};

// source/tui/components/ink-table.ts
await init_build();
import { createRequire } from "node:module";
var offerInk = () => {
  try {
    const here = createRequire(import.meta.url);
    const theirs = createRequire(here.resolve("ink-table"));
    const path = theirs.resolve("ink");
    here.cache[path] ??= Object.assign(/* @__PURE__ */ Object.create(null), {
      id: path,
      filename: path,
      path,
      exports: build_exports,
      loaded: true,
      children: [],
      paths: []
    });
  } catch {
  }
};
var loadTable = async () => {
  offerInk();
  const { default: exported } = await import("./dist-GEMMBXKH.js");
  return "default" in exported ? exported.default : exported;
};
var InkTable = await loadTable();

// source/tui/components/data-table.tsx
var import_jsx_runtime4 = __toESM(require_jsx_runtime(), 1);
var markWidth = 2;
var innerWidth = ({ width, hasRightBorder }) => width - (hasRightBorder ? 2 : 1);
var DataTable = class extends InkTable {
  separator = () => null;
  footer = () => null;
  header = ({ key }) => this.props.rule === null ? null : /* @__PURE__ */ (0, import_jsx_runtime4.jsx)(Line, { text: this.props.rule }, key);
  heading = ({ key, data, columns }) => {
    const { theme: theme2 } = this.props;
    return /* @__PURE__ */ (0, import_jsx_runtime4.jsx)(Line, { text: this.bordered(theme2.paint("dim", `${" ".repeat(markWidth + 2)}${this.cells(data, columns)}`)) }, key);
  };
  data = ({ key, data, columns }) => {
    const { theme: theme2, selectedId, isFocused } = this.props;
    const isSelected = data.id === selectedId;
    const mark = ` ${isSelected ? theme2.glyphs.cursor : " "}${data.flag ?? " "} `;
    const text = isSelected && isFocused ? theme2.paint("selected", mark + this.cells(data, columns)) : theme2.paint(data.flag === "!" ? "alarm" : "plain", mark) + this.cells(data, columns, (column) => this.props.styleOf(data, column));
    return /* @__PURE__ */ (0, import_jsx_runtime4.jsx)(Line, { text: this.bordered(text) }, key);
  };
  cells(row, columns, styleOf4) {
    const { theme: theme2, specs: specs4 } = this.props;
    const texts = columns.map(({ column, width }) => {
      const text = fit(theme2, row[column] ?? "", width, specs4.find(({ key }) => key === column)?.align);
      return styleOf4 ? theme2.paint(styleOf4(column), text) : text;
    });
    const used = columns.reduce((sum, { width }) => sum + width, gap * (columns.length - 1));
    return texts.join(" ".repeat(gap)) + " ".repeat(Math.max(0, innerWidth(this.props) - markWidth - 2 - used));
  }
  bordered(text) {
    const { theme: theme2, hasRightBorder } = this.props;
    const border = theme2.glyphs.vertical;
    return border + text + (hasRightBorder ? border : "");
  }
  getColumns() {
    const { specs: specs4, data, width, hasRightBorder } = this.props;
    return fitColumns(specs4, data, width - markWidth - 3 - (hasRightBorder ? 2 : 1));
  }
  getHeadings() {
    return Object.fromEntries(this.props.specs.map(({ key, title }) => [key, title]));
  }
  render() {
    const { theme: theme2, data, height, empty } = this.props;
    const columns = this.getColumns();
    const blanks = Math.max(0, height - data.length);
    const blank = (text) => {
      const fitted = fit(theme2, text, innerWidth(this.props));
      return this.bordered(theme2.paint("dim", fitted));
    };
    return /* @__PURE__ */ (0, import_jsx_runtime4.jsxs)(Box_default, { flexDirection: "column", width: this.props.width, children: [
      this.header({ key: "header", columns, data: {} }),
      this.heading({ key: "heading", columns, data: this.getHeadings() }),
      data.slice(0, height).map((row) => this.data({ key: row.id, columns, data: row })),
      Array.from({ length: blanks }, (_, index) => {
        const text = index === 0 && data.length === 0 ? `${" ".repeat(markWidth + 2)}${empty}` : "";
        return /* @__PURE__ */ (0, import_jsx_runtime4.jsx)(Line, { text: blank(text) }, `blank-${index}`);
      })
    ] });
  }
};

// source/tui/panels/vms-panel.tsx
var import_jsx_runtime5 = __toESM(require_jsx_runtime(), 1);
var specs = [
  {
    key: "vm",
    title: "VM",
    least: 11,
    most: 40
  },
  {
    key: "doing",
    title: "Doing",
    least: 10,
    most: 34
  },
  {
    key: "step",
    title: "Step",
    least: 5,
    most: 5,
    from: 62,
    align: "right"
  },
  {
    key: "for",
    title: "For",
    least: 3,
    most: 4,
    from: 34,
    align: "right"
  },
  {
    key: "why",
    title: "Why",
    least: 14,
    most: 200,
    from: 45,
    isWide: true
  }
];
var nextStep = (status) => {
  const steps = deployStatuses;
  const index = steps.indexOf(status);
  const name = steps[index + 1];
  return index === -1 || name === void 0 ? void 0 : { name: name.replaceAll("_", " "), number: index + 1, count: steps.length - 1 };
};
var describeWhy = ({ vm, operation: operation2 }, now) => {
  if (vm.needsAttention) {
    return `${vm.needsAttention.reason}: ${vm.needsAttention.command}`;
  }
  if (!operation2) {
    return vm.suspended.join(", ");
  }
  const retry = operation2.nextAttemptAt !== null && operation2.nextAttemptAt > now ? `again in ${formatAge(operation2.nextAttemptAt - now)}` : "";
  const attempt = operation2.attempt > 0 ? `attempt ${operation2.attempt + 1}` : "";
  return [operation2.waitingFor ?? operation2.message ?? "", attempt, retry].filter((part) => part !== "").join(", ");
};
var vmRow = (row, now) => {
  const { vm, operation: operation2, progress } = row;
  const step2 = nextStep(vm.status);
  const kind = operation2 ? operationKinds[operation2.kind]?.title ?? operation2.kind : vm.status;
  const isWaiting = operation2?.state === "waiting";
  const doing = operation2 && step2 && !isWaiting ? `${kind}: ${step2.name}` : `${kind}${isWaiting ? " (queued)" : ""}`;
  return {
    id: String(vm.id),
    flag: vm.needsAttention ? "!" : " ",
    vm: vm.hostname,
    doing: progress === null ? doing : `${doing} ${Math.floor(progress)}%`,
    step: operation2 && step2 && !isWaiting ? `${step2.number}/${step2.count}` : "",
    for: formatSpan(now - busySince(row)),
    why: describeWhy(row, now)
  };
};
var styleOf = (row, column) => {
  if (column === "why") {
    return row.flag === "!" ? "bad" : "plain";
  }
  return column === "step" || column === "for" ? "dim" : column === "vm" ? "strong" : "plain";
};
var VmsPanel = ({ theme: theme2, rows, now, selectedId, isFocused, width, height }) => /* @__PURE__ */ (0, import_jsx_runtime5.jsx)(
  DataTable,
  {
    theme: theme2,
    data: rows.map((row) => vmRow(row, now)),
    specs,
    styleOf,
    selectedId,
    isFocused,
    rule: null,
    width,
    height,
    empty: "nothing is in work",
    hasRightBorder: false
  }
);

// source/tui/keys.ts
var segmenter2 = new Intl.Segmenter(void 0, { granularity: "grapheme" });
var isCharacter = (key) => [...segmenter2.segment(key)].length === 1;

// source/tui/overlays.ts
var close = (state) => ({ ...state, overlay: null });
var isLeaving = (key) => key === "esc" || key === "ctrl-c";
var segmenter3 = new Intl.Segmenter(void 0, { granularity: "grapheme" });
var longest = 200;
var edited = (text, key) => {
  if (key === "backspace") {
    return [...segmenter3.segment(text)].slice(0, -1).map(({ segment }) => segment).join("");
  }
  if (key === "ctrl-u") {
    return "";
  }
  return isCharacter(key) && text.length < longest ? text + key : void 0;
};
var withText = (state, overlay, text) => ({ ...state, overlay: { ...overlay, text } });
var setFilter = (state, text) => ({
  ...state,
  filters: { ...state.filters, [state.panel]: text },
  selected: { ...state.selected, [state.panel]: null }
});
var filter = (state, overlay, key) => {
  if (isLeaving(key)) {
    return close(setFilter(state, ""));
  }
  const text = edited(overlay.text, key);
  return text === void 0 ? key === "enter" ? close(state) : state : withText(setFilter(state, text), overlay, text);
};
var palette = (state, overlay, key) => {
  const entries = findEntries(state, overlay.text);
  const move = (by) => ({ ...state, overlay: { ...overlay, index: Math.max(0, Math.min(overlay.index + by, entries.length - 1)) } });
  switch (key) {
    case "enter": {
      const entry = entries[overlay.index];
      if (!entry) {
        return state;
      }
      return entry.reason === null ? entry.run(close(state)) : say(close(state), "plain", `${entry.label}: ${entry.reason}`);
    }
    case "down":
    case "tab": {
      return move(1);
    }
    case "up":
    case "shift-tab": {
      return move(-1);
    }
    default: {
      const text = edited(overlay.text, key);
      return text === void 0 ? state : { ...state, overlay: { ...overlay, text, index: 0 } };
    }
  }
};
var interval = (state, overlay, key) => {
  if (key !== "enter") {
    const text2 = edited(overlay.text, key);
    return text2 === void 0 ? state : withText(state, overlay, text2);
  }
  const text = overlay.text.trim();
  if (text === "default" || text === "") {
    return wish(close(state), { kind: "interval", task: overlay.task, seconds: null });
  }
  const ms = text === "off" ? 0 : parseDuration(text);
  return ms === void 0 ? say(state, "bad", `"${text}" is no interval: ${durationHint}, 0 or default`) : wish(close(state), { kind: "interval", task: overlay.task, seconds: ms / 1e3 });
};
var hold2 = (state, overlay, key) => {
  if (key !== "enter") {
    const text = edited(overlay.text, key);
    return text === void 0 ? state : withText(state, overlay, text);
  }
  const [first = "", ...rest] = overlay.text.trim().split(/\s+/);
  const forMs = parseDuration(first);
  const isTimed = forMs !== void 0 && forMs > 0;
  const reason = isTimed ? rest.join(" ") : overlay.text.trim();
  return wish(close(state), { kind: "hold", reason: reason === "" ? null : reason, forMs: isTimed ? forMs : null });
};
var deafMs = 250;
var isTypedRight = ({ question: question2, text }) => question2.typed === null || question2.typed.some((word) => word.toLowerCase() === text.trim().toLowerCase());
var cancel = (state, { question: question2 }) => question2.otherwise ? wish(close(state), question2.otherwise) : say(close(state), "plain", "cancelled");
var confirm = (state, overlay) => isTypedRight(overlay) ? wish(close(state), overlay.question.effect) : say(state, "bad", `type ${overlay.question.typed[0]} first`);
var question = (state, overlay, key, at) => {
  if (isLeaving(key)) {
    return cancel(state, overlay);
  }
  if (overlay.paintedAt === null || at - overlay.paintedAt < deafMs) {
    return state;
  }
  switch (key) {
    case "tab":
    case "shift-tab":
    case "left":
    case "right": {
      return { ...state, overlay: { ...overlay, focus: overlay.focus === "cancel" ? "yes" : "cancel" } };
    }
    case "enter": {
      const isMeant = overlay.focus === "yes" || overlay.question.typed !== null && isTypedRight(overlay);
      return isMeant ? confirm(state, overlay) : cancel(state, overlay);
    }
    default: {
      if (overlay.question.typed === null) {
        return key === "y" ? confirm(state, overlay) : key === "n" ? cancel(state, overlay) : state;
      }
      const text = edited(overlay.text, key);
      return text === void 0 ? state : withText(state, overlay, text);
    }
  }
};
var reduceOverlay = (state, overlay, key, at) => {
  if (overlay.kind === "question") {
    return question(state, overlay, key, at);
  }
  if (overlay.kind === "filter") {
    return filter(state, overlay, key);
  }
  if (isLeaving(key)) {
    return close(state);
  }
  switch (overlay.kind) {
    case "palette": {
      return palette(state, overlay, key);
    }
    case "interval": {
      return interval(state, overlay, key);
    }
    case "hold": {
      return hold2(state, overlay, key);
    }
  }
};
var pasteInto = (state, pasted) => {
  const { overlay } = state;
  if (!overlay || overlay.kind === "question") {
    return say(state, "plain", "pasted text is no key: nothing was done");
  }
  const line = pasted.split(/[\n\r]/, 1)[0].replaceAll(new RegExp("\\p{Other}", "gu"), "").slice(0, longest - overlay.text.length);
  const text = overlay.text + line;
  return overlay.kind === "filter" ? withText(setFilter(state, text), overlay, text) : { ...state, overlay: overlay.kind === "palette" ? { ...overlay, text, index: 0 } : { ...overlay, text } };
};

// source/tui/reduce.ts
var isSameTarget = (a, b) => JSON.stringify(a) === JSON.stringify(b);
var press = (state, key, at) => {
  if (state.overlay) {
    return reduceOverlay(state, state.overlay, key, at);
  }
  const binding = findBinding(key);
  if (!binding) {
    return state;
  }
  if (binding.isWriting && state.isReadOnly) {
    return say(state, "plain", `${binding.title}: this session is read-only`);
  }
  const reason = binding.reason(state);
  return reason === null ? commands[binding.command](state) : say(state, "plain", `${binding.title}: ${reason}`);
};
var tick = (state, now, isLeading) => ({
  ...state,
  now,
  isLeading,
  notice: state.notice && state.notice.until > now ? state.notice : null
});
var reduce = (state, action) => {
  switch (action.kind) {
    case "key": {
      return press(state, action.key, action.at);
    }
    case "paste": {
      return pasteInto(state, action.text);
    }
    case "overview": {
      const { overview, now, isLeading } = action;
      const next = { ...tick(state, now, isLeading), overview, trouble: null };
      const page = topPage(next);
      return page?.kind === "detail" ? wish(next, { kind: "read-detail", target: page.target }) : next;
    }
    case "trouble": {
      return { ...state, trouble: action.message };
    }
    case "tick": {
      return tick(state, action.now, action.isLeading);
    }
    case "resize": {
      return { ...state, size: action.size };
    }
    case "painted": {
      return state.overlay?.kind === "question" && state.overlay.paintedAt === null ? { ...state, overlay: { ...state.overlay, paintedAt: action.at } } : state;
    }
    case "ask": {
      return state.overlay ? state : ask(state, action.question);
    }
    case "taken": {
      return { ...state, effects: state.effects.filter(({ number }) => number > action.number) };
    }
    case "answered": {
      return say(action.dropped === void 0 ? state : { ...state, dropped: action.dropped }, action.level, action.text);
    }
    case "detail": {
      const page = topPage(state);
      return page?.kind === "detail" && isSameTarget(page.target, action.target) ? { ...state, pages: [...state.pages.slice(0, -1), { ...page, title: action.title, lines: action.lines }] } : state;
    }
  }
};

// source/tui/use-keymap.ts
await init_build();

// source/tui/use-leading.ts
var import_react2 = __toESM(require_react(), 1);

// source/tui/use-overview.ts
var import_react3 = __toESM(require_react(), 1);

// source/tui/views/first-view.tsx
await init_build();

// source/tui/panels/activity-panel.tsx
await init_build();
var import_jsx_runtime6 = __toESM(require_jsx_runtime(), 1);
var styles = {
  debug: "dim",
  info: "plain",
  warning: "warning",
  error: "bad"
};
var activityPieces = ({ at, level, actor, subject, message }, { theme: theme2, times: times2, columns }) => [
  ["dim", `${times2.time(at)} `],
  [styles[level], fit(theme2, level, 8)],
  ["plain", columns < 100 ? "" : `${fit(theme2, actor, 10)} `],
  ["strong", `${fit(theme2, subject, columns < 100 ? 18 : 26)} `],
  [styles[level], message]
];
var ActivityPanel = ({ theme: theme2, times: times2, rows, selectedId, isFocused, width, height }) => {
  const border = theme2.glyphs.vertical;
  const inner = width - 2;
  const lines = rows.slice(-height).map((row) => {
    const isSelected = isFocused && String(row.id) === selectedId;
    const pieces = activityPieces(row, { theme: theme2, times: times2, columns: width });
    const mark = ` ${isSelected ? theme2.glyphs.cursor : " "} `;
    const text = isSelected ? theme2.paint("selected", fit(theme2, mark + pieces.map(([, piece]) => piece).join(""), inner)) : fitPieces(theme2, [["plain", mark], ...pieces], inner);
    return { key: String(row.id), text: border + text + border };
  });
  const blank = border + " ".repeat(inner) + border;
  return /* @__PURE__ */ (0, import_jsx_runtime6.jsxs)(Box_default, { flexDirection: "column", width, children: [
    lines.map(({ key, text }) => /* @__PURE__ */ (0, import_jsx_runtime6.jsx)(Line, { text }, key)),
    Array.from({ length: height - lines.length }, (_, index) => /* @__PURE__ */ (0, import_jsx_runtime6.jsx)(Line, { text: blank }, `blank-${index}`))
  ] });
};

// source/tui/panels/installs-panel.tsx
var import_jsx_runtime7 = __toESM(require_jsx_runtime(), 1);
var specs2 = [
  {
    key: "site",
    title: "Site",
    least: 11,
    most: 40
  },
  {
    key: "state",
    title: "State",
    least: 7,
    most: 11
  },
  {
    key: "age",
    title: "Age",
    least: 3,
    most: 4,
    from: 28,
    align: "right"
  },
  {
    key: "why",
    title: "Why",
    least: 9,
    most: 200,
    from: 38,
    isWide: true
  }
];
var installRow = (install2, now) => {
  const { id, domain, state, attempt, cause, progress, nextAttemptAt, createdAt } = install2;
  const retry = nextAttemptAt !== null && nextAttemptAt > now ? `in ${formatAge(nextAttemptAt - now)}` : "";
  const tries = attempt > 1 ? `attempt ${attempt}` : "";
  return {
    id: String(id),
    flag: state === "failed" ? "!" : " ",
    site: domain,
    state: progress !== null && state === "running" ? `${state} ${Math.floor(progress)}%` : state,
    age: formatSpan(now - createdAt),
    why: [cause ?? "", tries, retry].filter((part) => part !== "").join(", ")
  };
};
var styleOf2 = (row, column) => {
  if (column === "state") {
    return row.flag === "!" ? "bad" : row.state?.startsWith("running") ? "accent" : "plain";
  }
  return column === "age" ? "dim" : column === "site" ? "strong" : "plain";
};
var InstallsPanel = ({ theme: theme2, rows, now, selectedId, isFocused, width, height }) => /* @__PURE__ */ (0, import_jsx_runtime7.jsx)(
  DataTable,
  {
    hasRightBorder: true,
    theme: theme2,
    data: rows.map((row) => installRow(row, now)),
    specs: specs2,
    styleOf: styleOf2,
    selectedId,
    isFocused,
    rule: null,
    width,
    height,
    empty: "the queue is empty"
  }
);

// source/tui/panels/tasks-panel.tsx
var import_jsx_runtime8 = __toESM(require_jsx_runtime(), 1);
var specs3 = [
  {
    key: "task",
    title: "Task",
    least: 18,
    most: 18
  },
  {
    key: "every",
    title: "Every",
    least: 5,
    most: 9,
    from: 60
  },
  {
    key: "at",
    title: "Last run",
    least: 8,
    most: 8,
    from: 100
  },
  {
    key: "ago",
    title: "Ago",
    least: 3,
    most: 4,
    align: "right"
  },
  {
    key: "took",
    title: "Took",
    least: 5,
    most: 6,
    from: 85,
    align: "right"
  },
  {
    key: "result",
    title: "Result",
    least: 10,
    most: 50,
    isWide: true
  },
  {
    key: "runs",
    title: "Runs",
    least: 8,
    most: 8,
    from: 110
  },
  {
    key: "next",
    title: "Next",
    least: 6,
    most: 7
  },
  {
    key: "lock",
    title: "Lock",
    least: 8,
    most: 26
  }
];
var isFailed = ({ result }) => result === "failed";
var sparkLine = (runs2, theme2) => {
  const { spark } = theme2.glyphs;
  const longest2 = Math.max(1, ...runs2.map(({ startedAt, finishedAt }) => (finishedAt ?? startedAt) - startedAt));
  return runs2.slice(0, 8).toReversed().map((run2) => {
    if (run2.result === "failed" || run2.result === "interrupted") {
      return run2.result === "failed" ? "x" : "!";
    }
    const took = (run2.finishedAt ?? run2.startedAt) - run2.startedAt;
    return spark[Math.min(spark.length - 1, Math.floor(took / longest2 * spark.length))];
  }).join("");
};
var describeResult = (run2, recent, now) => {
  if (run2.finishedAt === null) {
    return `running ${formatSpan(now - run2.startedAt)}`;
  }
  if (run2.result === "interrupted") {
    return "interrupted";
  }
  const tally = run2.message ?? describeTally(run2);
  if (run2.result !== "failed") {
    return tally;
  }
  const ended = recent.filter(({ finishedAt }) => finishedAt !== null);
  const first = ended.findIndex((other) => !isFailed(other));
  const inARow = first === -1 ? ended.length : first;
  return `failed${inARow > 1 ? ` x${inARow}` : ""}: ${tally}`;
};
var describeNext = (setting, run2, { hold: hold3 }, now) => {
  if (setting.intervalSeconds === 0) {
    return "off";
  }
  if (setting.paused) {
    return "paused";
  }
  const at = nextDueAt(setting, run2?.startedAt ?? null, now, hold3 !== null);
  return at === null ? "hold" : formatCountdown(at - now);
};
var describeLock = ({ leases }, task, now) => {
  const lock2 = leases.find(({ name }) => name === taskLock(task));
  if (!lock2) {
    return "free";
  }
  const owner = `${lock2.owner.host}:${lock2.owner.pid}`;
  return lock2.stale ? `stale ${formatSpan(now - lock2.renewedAt)}, ${owner}` : `${formatSpan(now - lock2.acquiredAt)}, ${owner}`;
};
var taskRow = (task, setting, overview, { now, times: times2, theme: theme2 }) => {
  const { none } = theme2.glyphs;
  const run2 = overview.lastRuns.find((other) => other.task === task.name);
  const recent = overview.recentRuns.filter((other) => other.task === task.name);
  const skips = overview.skips.find((other) => other.task === task.name)?.count ?? 0;
  const hasTaken = run2 !== void 0 && run2.result !== "interrupted" && run2.finishedAt !== null;
  const took = hasTaken ? formatTook(run2.finishedAt - run2.startedAt) : none;
  const result = run2 ? describeResult(run2, recent, now) : "never ran";
  return {
    id: task.name,
    task: task.title,
    every: setting.intervalFrom === "set" ? `${formatInterval(setting.intervalSeconds)} set` : formatInterval(setting.intervalSeconds),
    at: run2 ? times2.time(run2.startedAt) : none,
    ago: run2 ? formatSpan(now - run2.startedAt) : none,
    took,
    result: skips > 0 ? `${result} (skipped x${skips})` : result,
    runs: sparkLine(recent, theme2),
    next: describeNext(setting, run2, overview, now),
    lock: describeLock(overview, task.name, now)
  };
};
var styleOf3 = (row, column) => {
  const text = row[column] ?? "";
  if (column === "result") {
    if (text.startsWith("failed") || text.startsWith("interrupted")) {
      return "bad";
    }
    return /\d failed/.test(text) ? "warning" : text.startsWith("running") ? "accent" : "plain";
  }
  if (column === "lock") {
    return text.startsWith("stale") ? "warning" : text === "free" ? "dim" : "accent";
  }
  if (column === "next") {
    return ["paused", "hold", "off"].includes(text) ? "warning" : "plain";
  }
  return column === "runs" || column === "at" ? "dim" : "plain";
};
var TasksPanel = ({ state, overview, shown: shown2, theme: theme2, times: times2, rule, selectedId, isFocused, height }) => {
  const settings = resolveTaskStates(state.settings.tasks, overview.taskSettings);
  const rows = shown2.map((task) => taskRow(task, settings.find(({ name }) => name === task.name), overview, { now: state.now, times: times2, theme: theme2 }));
  return /* @__PURE__ */ (0, import_jsx_runtime8.jsx)(
    DataTable,
    {
      hasRightBorder: true,
      theme: theme2,
      data: rows,
      specs: specs3,
      styleOf: styleOf3,
      selectedId,
      isFocused,
      rule,
      width: state.size.columns,
      height,
      empty: "no task fits the filter"
    }
  );
};

// source/tui/views/first-view.tsx
var import_jsx_runtime9 = __toESM(require_jsx_runtime(), 1);
var titleOf2 = (state, panel, name, counts) => {
  const filter2 = state.filters[panel];
  const sort2 = state.sorts[panel] === 0 ? "" : `  by ${sortNames[panel][state.sorts[panel]]}`;
  return [
    [state.panel === panel ? "accent" : "dim", state.panel === panel ? `[${name}]` : name],
    ...counts,
    ...filter2 === "" ? [] : [["accent", `  /${filter2}`]],
    ["dim", sort2]
  ];
};
var inSight = (rows, state, panel, height) => {
  const index = selectedIndex(state, panel);
  const start2 = windowStart(rows.length, index, height);
  return { rows: rows.slice(start2, start2 + height), index };
};
var vmTitle = (state, overview) => {
  const { inWork, needsAttention } = overview.vmCounts;
  return titleOf2(state, "vms", "VMs in work", [["plain", ` ${inWork}`], ...needsAttention > 0 ? [["bad", `  need you ${needsAttention}`]] : []]);
};
var installTitle = (state, overview) => {
  const { pending, running, failed } = overview.installCounts;
  return titleOf2(state, "installs", "Installs", [
    ...failed > 0 ? [["bad", ` ${failed} failed`]] : [],
    ["plain", ` ${pending} pending`],
    ...running > 0 ? [["accent", ` ${running} running`]] : []
  ]);
};
var Middle = ({ state, overview, theme: theme2, height, vmColumns, installColumns }) => {
  const { glyphs } = theme2;
  const vms = inSight(vmsShown(state), state, "vms", height);
  const installs = inSight(installsShown(state), state, "installs", height);
  const rule = ruleOf(theme2, [glyphs.teeLeft, ""], vmTitle(state, overview), vmColumns) + ruleOf(theme2, [glyphs.teeDown, glyphs.teeRight], installTitle(state, overview), installColumns);
  const vmId = vmsShown(state)[vms.index]?.vm.id;
  const installId = installsShown(state)[installs.index]?.id;
  return /* @__PURE__ */ (0, import_jsx_runtime9.jsxs)(import_jsx_runtime9.Fragment, { children: [
    /* @__PURE__ */ (0, import_jsx_runtime9.jsx)(Line, { text: rule }),
    /* @__PURE__ */ (0, import_jsx_runtime9.jsxs)(Box_default, { children: [
      /* @__PURE__ */ (0, import_jsx_runtime9.jsx)(VmsPanel, { theme: theme2, rows: vms.rows, now: state.now, selectedId: String(vmId), isFocused: state.panel === "vms", width: vmColumns, height }),
      /* @__PURE__ */ (0, import_jsx_runtime9.jsx)(InstallsPanel, { theme: theme2, rows: installs.rows, now: state.now, selectedId: String(installId), isFocused: state.panel === "installs", width: installColumns, height })
    ] })
  ] });
};
var activityRule2 = (state, theme2, vmColumns) => {
  const { glyphs } = theme2;
  const isFollowed = state.selected.activity === null;
  const left = ruleOf(theme2, [glyphs.teeLeft, ""], titleOf2(state, "activity", "Activity", isFollowed ? [] : [["warning", " (f follows)"]]), vmColumns);
  return left + ruleOf(theme2, [glyphs.teeUp, glyphs.teeRight], [], state.size.columns - vmColumns);
};
var FirstView = ({ state, overview, theme: theme2, times: times2 }) => {
  const { glyphs } = theme2;
  const tasks = tasksShown(state);
  const layout = layoutOf(state.size, { tasks: tasks.length, vms: vmsShown(state).length, installs: installsShown(state).length });
  const activity2 = inSight(activityShown(state), state, "activity", layout.activity);
  const activityId = activityShown(state)[activity2.index]?.id;
  return /* @__PURE__ */ (0, import_jsx_runtime9.jsxs)(import_jsx_runtime9.Fragment, { children: [
    /* @__PURE__ */ (0, import_jsx_runtime9.jsx)(
      TasksPanel,
      {
        state,
        overview,
        shown: tasks.slice(0, layout.tasks),
        theme: theme2,
        times: times2,
        rule: ruleOf(theme2, [glyphs.topLeft, glyphs.topRight], titleOf2(state, "tasks", "Tasks", []), state.size.columns),
        selectedId: tasks[selectedIndex(state, "tasks")]?.name ?? null,
        isFocused: state.panel === "tasks",
        height: layout.tasks
      }
    ),
    /* @__PURE__ */ (0, import_jsx_runtime9.jsx)(Middle, { state, overview, theme: theme2, height: layout.middle, vmColumns: layout.vmColumns, installColumns: layout.installColumns }),
    layout.activity > 0 && /* @__PURE__ */ (0, import_jsx_runtime9.jsxs)(import_jsx_runtime9.Fragment, { children: [
      /* @__PURE__ */ (0, import_jsx_runtime9.jsx)(Line, { text: activityRule2(state, theme2, layout.vmColumns) }),
      /* @__PURE__ */ (0, import_jsx_runtime9.jsx)(ActivityPanel, { theme: theme2, times: times2, rows: activity2.rows, selectedId: String(activityId), isFocused: state.panel === "activity", width: state.size.columns, height: layout.activity })
    ] })
  ] });
};

// source/tui/views/page-view.tsx
await init_build();
var import_jsx_runtime10 = __toESM(require_jsx_runtime(), 1);
var keyColumn = 16;
var helpContent = (state, { top }, theme2) => ({
  title: "Keys that are valid here",
  top,
  lines: helpRows(state).map(({ keys, title, command, reason }) => {
    const first = fit(theme2, ` ${keys}`, keyColumn);
    return reason === null ? [["accent", first], ["plain", title], ["dim", command === "" ? "" : `   ${command}`]] : [["dim", first], ["warning", `not here, ${reason}: `], ["dim", title]];
  })
});
var needLine = (need, { isSelected, now, theme: theme2, width }) => {
  const nameWidth = Math.min(30, Math.floor(width / 4));
  const mark = ` ${isSelected ? theme2.glyphs.cursor : " "}${need.isAlarm ? "!" : " "} `;
  const command = need.command ?? "wait: it is looked at by itself";
  const start2 = `${mark}${fit(theme2, need.name, nameWidth)} ${fit(theme2, formatSpan(now - need.since), 4, "right")}  `;
  return isSelected ? [["selected", fit(theme2, `${start2}${need.why}   ${command}`, width)]] : [[need.isAlarm ? "bad" : "warning", start2], ["plain", need.why], ["accent", `   ${command}`]];
};
var needsContent = (state, theme2) => {
  const { needs, index } = needsShown(state);
  const width = state.size.columns - 2;
  return {
    title: "What needs a person, and the command that helps",
    top: windowStart(needs.length, index, pageRows(state.size)),
    lines: needs.length === 0 ? [[["plain", "   nothing needs you"]]] : needs.map((need, position) => needLine(need, {
      isSelected: position === index,
      now: state.now,
      theme: theme2,
      width
    }))
  };
};
var contentOf = (state, page, theme2) => {
  switch (page.kind) {
    case "help": {
      return helpContent(state, page, theme2);
    }
    case "needs": {
      return needsContent(state, theme2);
    }
    case "detail": {
      return { title: page.title, top: page.top, lines: page.lines ?? [[["dim", "   reading"]]] };
    }
  }
};
var PageView = ({ state, page, theme: theme2 }) => {
  const { title, lines, top } = contentOf(state, page, theme2);
  const { columns } = state.size;
  const { glyphs } = theme2;
  const height = pageRows(state.size);
  const border = theme2.paint("dim", glyphs.vertical);
  const below = Math.max(0, lines.length - top - height);
  const rest = below > 0 ? `  (${below} more below)` : "";
  return /* @__PURE__ */ (0, import_jsx_runtime10.jsxs)(Box_default, { flexDirection: "column", children: [
    /* @__PURE__ */ (0, import_jsx_runtime10.jsx)(Line, { text: ruleOf(theme2, [glyphs.topLeft, glyphs.topRight], [["accent", `[${title}]`], ["dim", rest]], columns) }),
    Array.from({ length: height }, (_, index) => /* @__PURE__ */ (0, import_jsx_runtime10.jsx)(Line, { text: border + fitPieces(theme2, lines[top + index] ?? [], columns - 2) + border }, index))
  ] });
};

// source/tui/views/too-small-view.tsx
var import_jsx_runtime11 = __toESM(require_jsx_runtime(), 1);
var TooSmallView = ({ state, theme: theme2 }) => {
  const { columns, rows } = state.size;
  const needs = state.overview ? countAttention(state.overview, state.now).needs : 0;
  const lines = [
    `too small: ${columns}x${rows}`,
    `cronsole needs ${smallest.columns}x${smallest.rows}`,
    state.overview && !state.overview.leader ? "NOBODY LEADS" : "",
    needs > 0 ? `! ${needs} need you` : "",
    "q quits"
  ].filter((line) => line !== "");
  return /* @__PURE__ */ (0, import_jsx_runtime11.jsx)(import_jsx_runtime11.Fragment, { children: lines.slice(0, Math.max(1, rows - 1)).map((line) => /* @__PURE__ */ (0, import_jsx_runtime11.jsx)(Line, { text: fit(theme2, line, columns) }, line)) });
};

// source/tui/console.tsx
var import_jsx_runtime12 = __toESM(require_jsx_runtime(), 1);
var Body = ({ state, theme: theme2, times: times2 }) => {
  const page = topPage(state);
  if (page) {
    return /* @__PURE__ */ (0, import_jsx_runtime12.jsx)(PageView, { state, page, theme: theme2 });
  }
  return state.overview ? /* @__PURE__ */ (0, import_jsx_runtime12.jsx)(FirstView, { state, overview: state.overview, theme: theme2, times: times2 }) : Array.from({ length: state.size.rows - 4 }, (_, index) => /* @__PURE__ */ (0, import_jsx_runtime12.jsx)(Line, { text: " " }, index));
};
var Screen = ({ state, theme: theme2, times: times2, facts: facts2 }) => {
  const { overlay, overview, size: size2 } = state;
  if (isTooSmall(size2)) {
    return /* @__PURE__ */ (0, import_jsx_runtime12.jsx)(TooSmallView, { state, theme: theme2 });
  }
  const context = {
    state,
    facts: facts2,
    theme: theme2,
    times: times2
  };
  return /* @__PURE__ */ (0, import_jsx_runtime12.jsxs)(Box_default, { flexDirection: "column", width: size2.columns, height: size2.rows, children: [
    /* @__PURE__ */ (0, import_jsx_runtime12.jsx)(Line, { text: headerLine(overview, context) }),
    /* @__PURE__ */ (0, import_jsx_runtime12.jsx)(Line, { text: attentionLine(overview, context) }),
    /* @__PURE__ */ (0, import_jsx_runtime12.jsx)(Body, { state, theme: theme2, times: times2 }),
    /* @__PURE__ */ (0, import_jsx_runtime12.jsx)(Line, { text: footerLine(state, theme2) }),
    /* @__PURE__ */ (0, import_jsx_runtime12.jsx)(Line, { text: noticeLine(state, theme2) }),
    overlay?.kind === "palette" && /* @__PURE__ */ (0, import_jsx_runtime12.jsx)(PaletteBox, { state, text: overlay.text, index: overlay.index, theme: theme2 }),
    overlay?.kind === "question" && /* @__PURE__ */ (0, import_jsx_runtime12.jsx)(Dialog, { overlay, theme: theme2, size: size2 })
  ] });
};

// source/tui/theme.ts
import { styleText } from "node:util";
var unicodeGlyphs = {
  horizontal: "\u2500",
  vertical: "\u2502",
  topLeft: "\u250C",
  topRight: "\u2510",
  bottomLeft: "\u2514",
  bottomRight: "\u2518",
  teeLeft: "\u251C",
  teeRight: "\u2524",
  teeDown: "\u252C",
  teeUp: "\u2534",
  cursor: "\u25B8",
  leader: "\u25CF",
  none: "\u2013",
  ellipsis: "\u2026",
  separator: "\xB7",
  spark: ["\u2581", "\u2582", "\u2583", "\u2584", "\u2585", "\u2586", "\u2587", "\u2588"]
};
var asciiGlyphs = {
  horizontal: "-",
  vertical: "|",
  topLeft: "+",
  topRight: "+",
  bottomLeft: "+",
  bottomRight: "+",
  teeLeft: "+",
  teeRight: "+",
  teeDown: "+",
  teeUp: "+",
  cursor: ">",
  leader: "*",
  none: "-",
  ellipsis: "~",
  separator: "-",
  spark: ["1", "2", "3", "4", "5", "6", "7", "8"]
};
var coloured = {
  plain: void 0,
  dim: "dim",
  strong: "bold",
  good: "green",
  warning: "yellow",
  bad: "red",
  accent: "cyan",
  alarm: ["red", "bold", "inverse"],
  selected: "inverse"
};
var uncoloured = {
  ...coloured,
  good: void 0,
  warning: void 0,
  bad: "bold",
  accent: void 0,
  alarm: ["bold", "inverse"]
};
var createTheme = ({ isAscii, isColour }) => {
  const formats = isColour ? coloured : uncoloured;
  return {
    isAscii,
    glyphs: isAscii ? asciiGlyphs : unicodeGlyphs,
    paint(style, text) {
      const format = formats[style];
      return format === void 0 || text === "" ? text : styleText(format, text, { validateStream: false });
    }
  };
};

// test/tui/support/fixed-overview.ts
var fixedNow = Date.parse("2026-11-21T17:40:12Z");
var ago = (seconds) => fixedNow - seconds * 1e3;
var fixedSettings = {
  file: "/etc/cronsole/cronsole.yaml",
  database: "/var/lib/cronsole/cronsole.db",
  timezone: "Europe/Berlin",
  clusters: [],
  templates: {},
  packages: {},
  pools: [],
  dns: [],
  mail: null,
  alerts: {
    mail: [],
    command: [],
    webhook: null,
    heartbeatUrl: null
  },
  installs: { panels: {}, applications: {} },
  terminate: { graceMs: 0, keepBackupsDays: 7 },
  snapshots: { days: 7 },
  backups: { window: "01:00-05:00", alertAfterMs: 0 },
  shutdownTimeoutMs: 6e4,
  tasks: {},
  scheduler: {
    cycleMs: 5e3,
    leaseMs: 6e4,
    maxAttempts: 5,
    startAt: "once"
  },
  retention: {
    debugMs: null,
    infoMs: null,
    errorMs: null,
    runsMs: null,
    clientsMs: null
  }
};
var run = (id, task, startedAgo, tookMs, more = {}) => ({
  id,
  task,
  trigger: "schedule",
  by: "scheduler",
  startedAt: ago(startedAgo),
  finishedAt: tookMs === null ? null : ago(startedAgo) + tookMs,
  result: tookMs === null ? null : "ok",
  processed: 0,
  errors: 0,
  waiting: 0,
  needsAttention: 0,
  message: null,
  ...more
});
var operation = (vmId, more = {}) => ({
  id: vmId,
  vmId,
  kind: "create",
  task: "process_vms",
  params: {},
  requestedBy: "billing",
  requestedAt: ago(600),
  state: "running",
  startedAt: ago(300),
  finishedAt: null,
  attempt: 0,
  nextAttemptAt: null,
  waitingFor: null,
  stepSince: ago(41),
  remoteTaskId: null,
  slot: null,
  pausedByNode: null,
  message: null,
  ...more
});
var vmInWork = (id, hostname, more = {}) => ({
  vm: {
    id,
    reference: `order-${id}`,
    hostname,
    cluster: "fra1",
    node: "pve1",
    vmid: id,
    status: "set_ip",
    needsAttention: null,
    suspended: [],
    version: 3,
    ...more.vm
  },
  operation: operation(id, more.operation),
  progress: more.progress ?? null
});
var install = (id, domain, more = {}) => ({
  id,
  reference: `site-${id}`,
  generation: 1,
  panel: "web1",
  application: "wordpress",
  domain,
  account: domain.split(".", 1)[0],
  client: { name: "Max", email: "max@example.org" },
  order: {},
  state: "pending",
  droppedFrom: null,
  droppedBy: null,
  droppedAt: null,
  cause: null,
  attempt: 0,
  progress: null,
  createdAt: ago(120),
  updatedAt: ago(120),
  nextAttemptAt: ago(-192),
  version: 1,
  ...more
});
var activity = (id, more) => ({
  id,
  at: ago(60 - id),
  level: "info",
  actor: "scheduler",
  address: null,
  subject: "web1.example.net",
  vmId: 101,
  installId: null,
  message: "clone started on pve1",
  ...more
});
var lock = (name, pid, stale, acquiredAgo) => ({
  name,
  owner: {
    host: "ops1",
    pid,
    instance: "x",
    kind: "daemon"
  },
  acquiredAt: ago(acquiredAgo),
  renewedAt: ago(Math.min(acquiredAgo, stale ? 60 : 5)),
  stale,
  fence: 41
});
var runs = [
  run(40, "process_vms", 52, 8200, { processed: 14, errors: 2 }),
  run(39, "remove_snapshots", 2461, 1100, { processed: 3 }),
  run(38, "restore_backup", 130, 1e3, { result: "interrupted" }),
  run(37, "backup_status", 92, 300, { waiting: 2 }),
  run(36, "schedule_backup", 1800, 900, { processed: 5 }),
  run(35, "collect_statistics", 1200, 2300, { processed: 90 }),
  run(34, "process_installs", 100, null)
];
var session = (id, kind, actor, pid) => ({
  id,
  kind,
  host: "ops1",
  pid,
  bootId: "b",
  actor,
  address: null,
  isReadOnly: false,
  startedAt: ago(9e3),
  seenAt: ago(1)
});
var leader = session("s1", "daemon", "scheduler", 4121);
var fixedOverview = {
  now: fixedNow,
  hold: null,
  leader: { ...leader, renewedAt: ago(2) },
  lastLeader: leader,
  sessions: [leader, session("s2", "screen", "anna", 501), session("s3", "screen", "ben", 502)],
  lastRuns: runs,
  recentRuns: [runs[0], ...[3, 1, 5, 2].map((size2, index) => run(30 - index, "process_vms", 112 + 60 * index, size2 * 1e3, index === 2 ? { result: "failed", errors: 3 } : { processed: size2 })), ...runs.slice(1)],
  skips: [],
  taskSettings: taskNames.map((task) => ({
    task,
    intervalSeconds: task === "process_installs" ? 120 : null,
    intervalSetBy: task === "process_installs" ? "anna" : null,
    paused: task === "collect_statistics" ? {
      by: "ben",
      reason: "billing closes",
      since: ago(900),
      until: null
    } : null
  })),
  leases: [lock("leader", 4121, false, 9e3), lock("task:restore_backup", 977, true, 130), lock("task:process_installs", 4121, false, 100), lock("vm:101", 4121, true, 41)],
  vmCounts: {
    ready: 90,
    inWork: 12,
    needsAttention: 2,
    suspended: 3,
    removed: 5
  },
  installCounts: {
    pending: 4,
    running: 1,
    done: 30,
    failed: 1,
    dropped: 2
  },
  vmsInWork: [
    vmInWork(102, "db2.example.net", { vm: { needsAttention: { reason: "backup lock", since: ago(3 * 3600), command: "qm unlock 102" }, status: "clone" } }),
    vmInWork(103, "mail.example.net", { vm: { needsAttention: { reason: "the pool fra1-v4 is empty", since: ago(700), command: "cronsole pool list" }, status: "creation" } }),
    vmInWork(101, "web1.example.net", { progress: 62, operation: { waitingFor: "the clone on pve1" } }),
    vmInWork(104, "\u65E5\u672C\u8A9E.example.net", { operation: { attempt: 2, nextAttemptAt: ago(-95), waitingFor: "Proxmox refused: 500 got timeout" } }),
    vmInWork(105, "queued.example.net", { operation: { state: "waiting", startedAt: null, stepSince: null }, vm: { status: "creation", node: null } })
  ],
  workByCluster: [{ cluster: "fra1", count: 12 }],
  installs: [
    install(7, "shop.example.org", {
      state: "failed",
      cause: "the database refused the connection",
      attempt: 3,
      createdAt: ago(720),
      nextAttemptAt: null,
      version: 9
    }),
    install(8, "forum.example.org", {
      state: "running",
      progress: 40,
      attempt: 1,
      nextAttemptAt: null
    }),
    install(9, "blog.example.com"),
    install(10, "notes.example.com", { nextAttemptAt: null, createdAt: ago(30) })
  ],
  clusters: [
    {
      name: "fra1",
      state: "ok",
      version: "9.2",
      error: null,
      since: ago(9999),
      checkedAt: ago(5),
      nodesDown: []
    },
    {
      name: "ams1",
      state: "degraded",
      version: "9.2",
      error: "pve3 is offline",
      since: ago(500),
      checkedAt: ago(5),
      nodesDown: ["pve3"]
    }
  ],
  maintenance: [],
  incidents: [
    {
      id: 4,
      key: "node:ams1/pve3:down",
      severity: "warning",
      cause: "pve3 of ams1 does not answer: its VMs wait",
      command: "cronsole maintenance on ams1/pve3",
      since: ago(500),
      closedAt: null,
      affects: 3,
      acknowledged: null
    },
    {
      id: 5,
      key: "vm:102:attention",
      severity: "warning",
      cause: "db2.example.net (v102): backup lock",
      command: "qm unlock 102",
      since: ago(3 * 3600),
      closedAt: null,
      affects: 1,
      acknowledged: null
    },
    {
      id: 6,
      key: "lock:task:restore_backup:stale",
      severity: "warning",
      cause: "the lock task:restore_backup is stale",
      command: "cronsole --clear-locks=restore_backup",
      since: ago(60),
      closedAt: null,
      affects: 1,
      acknowledged: {
        by: "ben",
        at: ago(30),
        note: null,
        until: null
      }
    }
  ],
  activity: [
    activity(1, {
      level: "warning",
      subject: "ams1",
      message: "pve3 does not answer",
      vmId: null
    }),
    activity(2, {
      subject: "process_vms",
      message: "asked for a run now",
      actor: "anna",
      vmId: null
    }),
    activity(3, {
      level: "error",
      subject: "shop.example.org",
      message: "install failed: the database refused the connection",
      vmId: null,
      installId: 7
    }),
    activity(4, {})
  ]
};

// bench/screen.tsx
var import_jsx_runtime13 = __toESM(require_jsx_runtime(), 1);
var size = { columns: 120, rows: 40 };
var frames = 60;
var rounds = 9;
var limit = 1.5;
var ignore = () => void 0;
var facts = {
  host: "ops1",
  pid: 900,
  folder: "/var/lib/cronsole",
  isDemo: false
};
var theme = createTheme({ isAscii: false, isColour: true });
var times = createTimes("Europe/Berlin");
var busyOverview = {
  ...fixedOverview,
  vmsInWork: [...fixedOverview.vmsInWork, ...Array.from({ length: 60 }, (_, index) => vmInWork(200 + index, `busy${index}.example.net`, { progress: index, operation: { waitingFor: "the clone on pve2" } }))],
  installs: [...fixedOverview.installs, ...Array.from({ length: 40 }, (_, index) => install(20 + index, `site${index}.example.org`))],
  activity: Array.from({ length: 300 }, (_, index) => activity(index, { subject: `busy${index}.example.net`, message: `step ${index} was done and the next one began` }))
};
var busyState = reduce(createState({
  settings: fixedSettings,
  isReadOnly: false,
  now: fixedNow,
  size
}), {
  kind: "overview",
  overview: busyOverview,
  now: fixedNow,
  isLeading: false
});
var start = (title, elementOf) => {
  let bytes = 0;
  const stdout = Object.assign(new Writable({
    write(chunk, _encoding, done) {
      bytes += chunk.length;
      done();
    }
  }), { isTTY: true, ...size });
  const stdin = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: ignore,
    ref: ignore,
    unref: ignore
  });
  const instance = render_default(elementOf(0), {
    stdin,
    stdout,
    interactive: true,
    alternateScreen: true,
    incrementalRendering: true,
    patchConsole: false,
    maxFps: 1e3
  });
  return {
    title,
    async run(round) {
      const before = process2.cpuUsage();
      const bytesBefore = bytes;
      for (let frame = round * frames; frame < (round + 1) * frames; frame++) {
        instance.rerender(elementOf(frame));
        await instance.waitUntilRenderFlush();
      }
      const { user, system } = process2.cpuUsage(before);
      return { cpuMs: (user + system) / 1e3 / frames, bytes: (bytes - bytesBefore) / frames };
    },
    close: instance.unmount
  };
};
var Row = (0, import_react5.memo)(({ name, state, count }) => /* @__PURE__ */ (0, import_jsx_runtime13.jsxs)(Text, { wrap: "truncate", children: [
  /* @__PURE__ */ (0, import_jsx_runtime13.jsx)(Text, { dimColor: true, children: "\u2502" }),
  /* @__PURE__ */ (0, import_jsx_runtime13.jsx)(Text, { bold: true, children: name.padEnd(28) }),
  /* @__PURE__ */ (0, import_jsx_runtime13.jsx)(Text, { color: "cyan", children: state.padEnd(20) }),
  /* @__PURE__ */ (0, import_jsx_runtime13.jsx)(Text, { children: String(count).padStart(10) }),
  /* @__PURE__ */ (0, import_jsx_runtime13.jsx)(Text, { dimColor: true, children: "what it waits for and since when, in some words".padEnd(60) }),
  /* @__PURE__ */ (0, import_jsx_runtime13.jsx)(Text, { dimColor: true, children: "\u2502" })
] }));
var plainest = (frame) => /* @__PURE__ */ (0, import_jsx_runtime13.jsx)(Box_default, { flexDirection: "column", width: size.columns, height: size.rows, children: Array.from({ length: size.rows }, (_, row) => /* @__PURE__ */ (0, import_jsx_runtime13.jsx)(Row, { name: `web${row}.example.net`, state: "deploy: clone", count: row === 0 ? frame : row }, row)) });
var screen = (state) => /* @__PURE__ */ (0, import_jsx_runtime13.jsx)(Screen, { state, theme, times, facts });
var second2 = 1e3;
var withProgress = (progress) => ({
  ...busyOverview,
  vmsInWork: busyOverview.vmsInWork.map((row, index) => index === 2 ? { ...row, progress } : row)
});
var programs = [
  start("the plainest Ink program", plainest),
  start("one cell changed", (frame) => screen({ ...busyState, overview: withProgress(frame % 90) })),
  start("a second later: clock, countdowns", (frame) => screen({ ...busyState, now: fixedNow + frame % 600 * second2 })),
  start("another row was chosen", (frame) => screen({ ...busyState, panel: "vms", selected: { ...busyState.selected, vms: frame % 2 === 0 ? "102" : "103" } }))
];
var results = /* @__PURE__ */ new Map();
for (let round = 0; round < rounds; round++) {
  for (const program of programs) {
    const measured = await program.run(round);
    const best = results.get(program);
    if (round > 0 && (!best || measured.cpuMs < best.cpuMs)) {
      results.set(program, measured);
    }
  }
}
var [floor] = results.values();
console.log(`a frame of ${size.columns} x ${size.rows}, production React`);
for (const [{ title, close: close2 }, { cpuMs, bytes }] of results) {
  const ratio = cpuMs / floor.cpuMs;
  console.log(`${title.padEnd(36)} ${cpuMs.toFixed(2).padStart(6)} ms ${bytes.toFixed(0).padStart(6)} B ${ratio.toFixed(2).padStart(6)} x the plainest (at most ${limit})`);
  if (ratio > limit) {
    process2.exitCode = 1;
  }
  close2();
}
/*! Bundled license information:

react/cjs/react-jsx-runtime.production.js:
  (**
   * @license React
   * react-jsx-runtime.production.js
   *
   * Copyright (c) Meta Platforms, Inc. and affiliates.
   *
   * This source code is licensed under the MIT license found in the
   * LICENSE file in the root directory of this source tree.
   *)
*/
