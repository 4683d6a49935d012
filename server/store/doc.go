// Package store opens JetStream, where everything that must outlive the process lies: an embedded
// NATS server with its files in one directory, or a NATS server or cluster elsewhere.
package store
