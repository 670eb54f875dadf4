import protobuf from 'protobufjs';

// Message types of io.prometheus.client, as far as tests need them, written after the source of a server.
const SCHEMA = `
syntax = "proto2";
package io.prometheus.client;
message Timestamp { optional int64 seconds = 1; optional int32 nanos = 2; }
message LabelPair { optional string name = 1; optional string value = 2; }
message Exemplar { repeated LabelPair label = 1; optional double value = 2; optional Timestamp timestamp = 3; }
message Gauge { optional double value = 1; }
message Counter { optional double value = 1; optional Exemplar exemplar = 2; optional Timestamp start = 3; }
message Quantile { optional double quantile = 1; optional double value = 2; }
message Summary {
  optional uint64 count = 1; optional double sum = 2; repeated Quantile quantile = 3; optional Timestamp start = 4;
}
message Bucket {
  optional uint64 count = 1; optional double bound = 2; optional Exemplar exemplar = 3; optional double count_float = 4;
}
message Span { optional sint32 offset = 1; optional uint32 length = 2; }
message Histogram {
  optional uint64 count = 1; optional double sum = 2; repeated Bucket bucket = 3; optional double count_float = 4;
  optional sint32 schema = 5; optional double zero_threshold = 6;
  optional uint64 zero_count = 7; optional double zero_count_float = 8;
  repeated Span negative_span = 9; repeated sint64 negative_delta = 10; repeated double negative_count = 11;
  repeated Span positive_span = 12; repeated sint64 positive_delta = 13; repeated double positive_count = 14;
  optional Timestamp start = 15; repeated Exemplar exemplars = 16;
}
message Metric {
  repeated LabelPair label = 1; optional Gauge gauge = 2; optional Counter counter = 3; optional Summary summary = 4;
  optional Gauge untyped = 5; optional int64 timestamp_ms = 6; optional Histogram histogram = 7;
}
enum Type { COUNTER = 0; GAUGE = 1; SUMMARY = 2; UNTYPED = 3; HISTOGRAM = 4; GAUGE_HISTOGRAM = 5; }
message MetricFamily {
  optional string name = 1; optional string help = 2; optional Type type = 3; repeated Metric metric = 4; optional string unit = 5;
}`;

/** Decodes families from delimited protobuf with an independent library. Fields keep their snake_case names. */
export function decodeFamilies(bytes: Uint8Array): unknown[] {
  const { root } = protobuf.parse(SCHEMA, { keepCase: true });
  const type = root.lookupType('io.prometheus.client.MetricFamily');
  const reader = protobuf.Reader.create(bytes);
  const families: unknown[] = [];
  while (reader.pos < reader.len) {
    families.push(type.toObject(type.decodeDelimited(reader), { longs: Number, enums: String }));
  }
  return families;
}
