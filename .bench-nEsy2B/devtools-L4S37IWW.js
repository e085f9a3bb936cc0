import {createRequire as createRequireOfBundle} from 'node:module';const require = createRequireOfBundle(import.meta.url);
import {
  __esm
} from "./chunk-MMFBSLYX.js";

// node_modules/ink/build/devtools-window-polyfill.js
var customGlobal;
var init_devtools_window_polyfill = __esm({
  "node_modules/ink/build/devtools-window-polyfill.js"() {
    customGlobal = globalThis;
    customGlobal.window ||= globalThis;
    customGlobal.self ||= globalThis;
    customGlobal.window.__REACT_DEVTOOLS_COMPONENT_FILTERS__ = [
      {
        // ComponentFilterElementType
        type: 1,
        // ElementTypeHostComponent
        value: 7,
        isEnabled: true
      },
      {
        // ComponentFilterDisplayName
        type: 2,
        value: "InternalApp",
        isEnabled: true,
        isValid: true
      },
      {
        // ComponentFilterDisplayName
        type: 2,
        value: "InternalAppContext",
        isEnabled: true,
        isValid: true
      },
      {
        // ComponentFilterDisplayName
        type: 2,
        value: "InternalStdoutContext",
        isEnabled: true,
        isValid: true
      },
      {
        // ComponentFilterDisplayName
        type: 2,
        value: "InternalStderrContext",
        isEnabled: true,
        isValid: true
      },
      {
        // ComponentFilterDisplayName
        type: 2,
        value: "InternalStdinContext",
        isEnabled: true,
        isValid: true
      },
      {
        // ComponentFilterDisplayName
        type: 2,
        value: "InternalFocusContext",
        isEnabled: true,
        isValid: true
      }
    ];
  }
});

// scripts/no-devtools.js
var devtools, no_devtools_default;
var init_no_devtools = __esm({
  "scripts/no-devtools.js"() {
    "use strict";
    devtools = { initialize() {
    }, connectToDevTools() {
    } };
    no_devtools_default = devtools;
  }
});

// node_modules/ink/build/is-devtools-reachable.js
var isDevToolsReachable, is_devtools_reachable_default;
var init_is_devtools_reachable = __esm({
  "node_modules/ink/build/is-devtools-reachable.js"() {
    isDevToolsReachable = async (url = "ws://localhost:8097", timeoutMs = 2e3) => new Promise((resolve) => {
      const socket = new WebSocket(url);
      const timeout = setTimeout(() => {
        resolve(false);
        socket.close();
      }, timeoutMs);
      timeout.unref();
      socket.addEventListener("open", () => {
        clearTimeout(timeout);
        socket.close();
        resolve(true);
      });
      socket.addEventListener("error", () => {
        clearTimeout(timeout);
        resolve(false);
      });
    });
    is_devtools_reachable_default = isDevToolsReachable;
  }
});

// node_modules/ink/build/devtools.js
var init_devtools = __esm({
  async "node_modules/ink/build/devtools.js"() {
    init_devtools_window_polyfill();
    init_no_devtools();
    init_is_devtools_reachable();
    if (await is_devtools_reachable_default()) {
      no_devtools_default.initialize();
      no_devtools_default.connectToDevTools();
    } else {
      console.warn("DEV is set to true, but the React DevTools server is not running. Start it with:\n\n$ npx react-devtools\n");
    }
  }
});
await init_devtools();
