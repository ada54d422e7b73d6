//! The program as a user meets it: arguments, exit codes, streams and files.
