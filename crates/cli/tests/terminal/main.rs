//! The program as a person or a script meets it: arguments in, exit code, output and files out.

mod codes;
mod compare;
mod desk;
mod documents;
mod folders;
mod gates;
mod lives;
mod overrides;
mod plans;
mod replications;
mod scenarios;
mod serving;
mod streams;
mod sweeps;
mod traces;
mod verbs;
