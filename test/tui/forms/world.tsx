import path from 'node:path';
import {Box, render} from 'ink';
import {onTestFinished} from 'vitest';
import {openApp, type App} from '../../../source/app.js';
import {type Settings} from '../../../source/domain/settings.js';
import {FormBox} from '../../../source/tui/components/form-box.js';
import {answerForm} from '../../../source/tui/forms/answer-form.js';
import {type FormName} from '../../../source/tui/forms/form.js';
import {type FormOverlay} from '../../../source/tui/forms/form-values.js';
import {openForm, reduceForm} from '../../../source/tui/forms/reduce-form.js';
import {readForm, submitForm} from '../../../source/tui/forms/submit-form.js';
import {createState, type Size, type State} from '../../../source/tui/state.js';
import {createTheme, type Theme} from '../../../source/tui/theme.js';
import {cluster, load, temporaryFolder} from '../../config/load.js';
import {createFakeTerminal} from '../support/fake-terminal.js';
import {fixedNow} from '../support/fixed-overview.js';

const config = `timezone: Europe/Berlin
clusters:
${cluster('fra1', '    backup: {storage: shared}\n')}${cluster('ams1', '    backup: null\n')}templates:
  debian-12: [{cluster: fra1, vmid: 9000, clone: full, storage: local-lvm}]
  ubuntu-24: [{cluster: fra1, vmid: 9001, clone: linked, storage: null}]
  alma-9: [{cluster: ams1, vmid: 9002, clone: full, storage: null}]
packages:
  kvm-s: {cores: 1, memoryMib: 1024, diskGib: 10, ipv4: 1, backups: 2, backupDays: [mon, thu], backupAt: "02:30"}
  kvm-m: {cores: 2, memoryMib: 2048}
  kvm-0: {cores: 1, backups: 0}
pools:
  - {name: fra1-v4, cluster: fra1, bridge: vmbr0, gateway: 203.0.113.1, prefix: 24, first: 203.0.113.10, last: 203.0.113.99}
dns:
  - {zone: example.net, provider: cloudflare, token: x, reserved: [www]}
installs:
  panels:
`;

const web1 = '    web1: {kind: command, command: [/nowhere/provision]}\n';

/** A console with nothing on its screen, and no program behind it. */
export const stateOf = async (size?: Size): Promise<State> => createState({
	settings: await load(config + web1), isReadOnly: false, mayLead: false, now: fixedNow, size: size ?? {columns: 120, rows: 40},
});

export type World = {readonly app: App; readonly settings: Settings; readonly state: State};

/** The whole program on a database of its own, with a config that forms have something to choose from; `panels` are rows of it. */
export const createWorld = async ({panels = web1, isReadOnly = false}: {readonly panels?: string; readonly isReadOnly?: boolean} = {}): Promise<World> => {
	const folder = temporaryFolder();
	const settings = {...await load(config + panels, {folder}), database: path.join(folder, 'cronsole.db')};
	const app = await openApp({settings, actor: {name: 'anna', address: null}, isReadOnly});
	onTestFinished(async () => app.close());
	const state = await stateOf();
	return {app, settings, state: {...state, settings, isReadOnly}};
};

/** The form on the screen. */
export const formIn = (state: State): FormOverlay => {
	if (state.overlay?.kind !== 'form') {
		throw new Error('no form is open');
	}

	return state.overlay;
};

export const press = (state: State, ...keys: readonly string[]): State => {
	let next = state;
	for (const key of keys) {
		next = reduceForm(next, formIn(next), key);
	}

	return next;
};

/** Types into the fields from the cursor on, `enter` after each; null passes one over. */
export const fill = (state: State, ...texts: ReadonlyArray<string | null>): State => press(state, ...texts.flatMap(text => [...text ?? '', 'enter']));

/** Types over what stands in the field. */
export const retype = (state: State, text: string): State => press(state, 'ctrl-u', ...text);

/** Moves the cursor onto the field or button (`send`, `cancel`) by keys. */
export const goTo = (state: State, wanted: number): State => {
	let next = state;
	while (formIn(next).field !== wanted) {
		next = press(next, 'tab');
	}

	return next;
};

/** Does what the form asked for, as the console does it; `said` is what was told on the way. */
export const perform = async ({app}: World, state: State, signal = new AbortController().signal): Promise<{readonly state: State; readonly said: readonly string[]}> => {
	const said: string[] = [];
	let next: State = {...state, effects: []};
	for (const {effect} of state.effects) {
		if (effect.kind === 'submit') {
			next = answerForm(next, await submitForm(effect, app, {
				signal,
				say(text) {
					said.push(text);
				},
			}));
		} else if (effect.kind === 'read-form') {
			next = answerForm(next, await readForm(effect, app));
		}
	}

	return {state: next, said};
};

/** Opens a form and reads what it needs. */
export const opened = async (world: World, name: FormName, about: string | null = null): Promise<State> => {
	const {state} = await perform(world, openForm(world.state, name, about));
	return state;
};

const uncoloured = createTheme({isAscii: false, isColour: false});

/** The lines of the form's box as they stand on a screen of that size, from the first to the last that is not empty. */
export const draw = async (state: State, theme: Theme = uncoloured): Promise<readonly string[]> => {
	const {size} = state;
	const terminal = createFakeTerminal(size);
	const instance = render(<Box width={size.columns} height={size.rows}><FormBox state={state} overlay={formIn(state)} theme={theme}/></Box>, {
		stdin: terminal.stdin, stdout: terminal.stdout, interactive: true, alternateScreen: true, patchConsole: false, maxFps: 1000,
	});
	onTestFinished(() => {
		instance.unmount();
	});
	await instance.waitUntilRenderFlush();
	await terminal.settle(10);
	return terminal.lines();
};
