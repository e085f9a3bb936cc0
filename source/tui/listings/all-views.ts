import {type View, type ViewName} from '../listing.js';
import {activityView} from './activity.js';
import {backupsView} from './backups.js';
import {installsView} from './installs.js';
import {trafficView} from './traffic.js';
import {vmsView} from './vms.js';

/** The views in the order of their keys. */
export const views: readonly View[] = [vmsView, installsView, backupsView, trafficView, activityView];

export const viewOf = (name: ViewName): View => views.find(view => view.name === name)!;
