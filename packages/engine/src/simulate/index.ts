// Simulate: what a shop's settings would have done with the events it had.
export type { Happened, SimulatedPerson, Simulation, SimulationTotals } from './simulation.ts';
export { newSimulation } from './simulation.ts';
