// Stands in for Ink's devtools in the bundle.
const devtools = {initialize() {}, connectToDevTools() {}};

export default devtools;
