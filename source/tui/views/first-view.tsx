import {Box} from 'ink';
import {type ReactNode} from 'react';
import {resolveTaskStates} from '../../domain/task-state.js';
import {frameTop} from '../components/frame-top.js';
import {Line} from '../components/line.js';
import {ruleOf} from '../components/rule.js';
import {type Times} from '../format.js';
import {createStartOf} from '../install-starts.js';
import {layoutOf} from '../layout.js';
import {
	activityShown,
	installsShown,
	selectedIndex,
	sortNames,
	tasksShown,
	vmsShown,
	windowStart,
} from '../lists.js';
import {ActivityPanel} from '../panels/activity-panel.js';
import {InstallsPanel} from '../panels/installs-panel.js';
import {TasksPanel} from '../panels/tasks-panel.js';
import {VmsPanel} from '../panels/vms-panel.js';
import {type Overview, type PanelName, type State} from '../state.js';
import {type Piece} from '../text.js';
import {type Theme} from '../theme.js';

type ViewProps = {readonly state: State; readonly overview: Overview; readonly theme: Theme; readonly times: Times};

/** The title of a panel: its name, its counts, its filter and its order, the focused one marked. */
const titleOf = (state: State, panel: PanelName, name: string, counts: readonly Piece[]): readonly Piece[] => {
	const filter = state.filters[panel];
	const sort = state.sorts[panel] === 0 ? '' : `  by ${sortNames(panel)[state.sorts[panel]]!}`;
	return [
		[state.panel === panel ? 'accent' : 'dim', state.panel === panel ? `[${name}]` : name],
		...counts,
		...(filter === '' ? [] : [['accent', `  /${filter}`] satisfies Piece]),
		['dim', sort],
	];
};

const inSight = <T, >(rows: readonly T[], state: State, panel: PanelName, height: number): {readonly rows: readonly T[]; readonly index: number} => {
	const index = selectedIndex(state, panel);
	const start = windowStart(rows.length, index, height);
	return {rows: rows.slice(start, start + height), index};
};

const vmTitle = (state: State, overview: Overview): readonly Piece[] => {
	const {inWork, needsAttention} = overview.vmCounts;
	return titleOf(state, 'vms', 'VMs in work', [['plain', ` ${inWork}`], ...(needsAttention > 0 ? [['bad', `  need you ${needsAttention}`] satisfies Piece] : [])]);
};

const installTitle = (state: State, overview: Overview): readonly Piece[] => {
	const {pending, running, failed} = overview.installCounts;
	return titleOf(state, 'installs', 'Installs', [
		...(failed > 0 ? [['bad', ` ${failed} failed`] satisfies Piece] : []),
		['plain', ` ${pending} pending`],
		...(running > 0 ? [['accent', ` ${running} running`] satisfies Piece] : []),
	]);
};

/** VMs and installs side by side under one rule. */
const Middle = ({state, overview, theme, height, vmColumns, installColumns}: Omit<ViewProps, 'times'> & {readonly height: number; readonly vmColumns: number; readonly installColumns: number}): ReactNode => {
	const {glyphs} = theme;
	const vms = inSight(vmsShown(state), state, 'vms', height);
	const installs = inSight(installsShown(state), state, 'installs', height);
	const rule = ruleOf(theme, [glyphs.teeLeft, ''], vmTitle(state, overview), vmColumns)
		+ ruleOf(theme, [glyphs.teeDown, glyphs.teeRight], installTitle(state, overview), installColumns);
	const startOf = createStartOf(overview, {settings: state.settings, tasks: resolveTaskStates(state.settings.tasks, overview.taskSettings), now: state.now});
	const vmId = vmsShown(state)[vms.index]?.vm.id;
	const installId = installsShown(state)[installs.index]?.id;

	return (
		<>
			<Line text={rule}/>
			<Box>
				<VmsPanel theme={theme} rows={vms.rows} now={state.now} selectedId={String(vmId)} isFocused={state.panel === 'vms'} width={vmColumns} height={height}/>
				<InstallsPanel theme={theme} rows={installs.rows} now={state.now} startOf={startOf} selectedId={String(installId)} isFocused={state.panel === 'installs'} width={installColumns} height={height}/>
			</Box>
		</>
	);
};

/** The rule between middle and activity joins the border that divides the middle. */
const activityRule = (state: State, theme: Theme, vmColumns: number): string => {
	const {glyphs} = theme;
	const isFollowed = state.selected.activity === null;
	const left = ruleOf(theme, [glyphs.teeLeft, ''], titleOf(state, 'activity', 'Activity', isFollowed ? [] : [['warning', ' (f follows)']]), vmColumns);
	return left + ruleOf(theme, [glyphs.teeUp, glyphs.teeRight], [], state.size.columns - vmColumns);
};

/** Tasks, VMs in work, the queue of installs and the activity at one glance. */
export const FirstView = ({state, overview, theme, times}: ViewProps): ReactNode => {
	const tasks = tasksShown(state);
	const layout = layoutOf(state.size, {tasks: tasks.length, vms: vmsShown(state).length, installs: installsShown(state).length});
	const activity = inSight(activityShown(state), state, 'activity', layout.activity);
	const activityId = activityShown(state)[activity.index]?.id;

	return (
		<>
			<TasksPanel
				state={state}
				overview={overview}
				shown={tasks.slice(0, layout.tasks)}
				theme={theme}
				times={times}
				rule={frameTop(state, theme, titleOf(state, 'tasks', 'Tasks', []))}
				selectedId={tasks[selectedIndex(state, 'tasks')]?.name ?? null}
				isFocused={state.panel === 'tasks'}
				height={layout.tasks}
			/>
			<Middle state={state} overview={overview} theme={theme} height={layout.middle} vmColumns={layout.vmColumns} installColumns={layout.installColumns}/>
			{layout.activity > 0 && <>
				<Line text={activityRule(state, theme, layout.vmColumns)}/>
				<ActivityPanel theme={theme} times={times} rows={activity.rows} selectedId={String(activityId)} isFocused={state.panel === 'activity'} width={state.size.columns} height={layout.activity}/>
			</>}
		</>
	);
};
