"""Models as plain data: Petri nets, process trees, automata, BPMN, and where their nodes are drawn."""
