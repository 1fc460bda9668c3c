import Foundation

extension DialectServer {
    /// Ways in which servers differ, each in a server of its own.
    package static let all = requests + calling + answering + further + rare

    // MARK: What servers refuse

    private static let requests: [DialectServer] = [
        DialectServer(name: "published, streamed"),
        DialectServer(
            name: "reasoning model: no temperature, max_completion_tokens",
            refuses: { exchange in
                if exchange.body["max_tokens"] != nil {
                    return .badRequest(
                        "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
                        param: "max_tokens", code: "unsupported_parameter")
                }
                return exchange.body["temperature"] == nil
                    ? nil
                    : .badRequest(
                        "Unsupported value: 'temperature' does not support 0.1 with this model. Only the default (1) value is supported.",
                        param: "temperature", code: "unsupported_value")
            }),
        DialectServer(
            name: "no limit of tokens under any name",
            refuses: { exchange in
                let name = ["max_tokens", "max_completion_tokens"].first { exchange.body[$0] != nil }
                return name.map {
                    .refusal(
                        422, #"{"detail":[{"loc":["body","\#($0)"],"msg":"extra fields not permitted"}]}"#)
                }
            }),
        DialectServer(
            name: "refuses without a reason all but the barest form",
            refuses: { exchange in
                let isBare =
                    !exchange.streams && exchange.body["temperature"] == nil
                    && exchange.body["max_tokens"] == nil
                return isBare ? nil : .refusal(400, "Bad Request")
            },
            calls: { _ in
                .whole(
                    #"{"role":"assistant","content":null,"tool_calls":[{"id":"a","type":"function","function":{"name":"get_current_status","arguments":"{}"}}]}"#,
                    finish: "tool_calls")
            },
            answers: { .whole(#"{"role":"assistant","content":\#(Wire.json($0.answer))}"#, finish: "stop") }),
        DialectServer(
            name: "no stream_options, errors as plain text",
            refuses: { exchange in
                exchange.body["stream_options"] == nil
                    ? nil : .refusal(400, #"{"error":"unknown field: stream_options"}"#)
            }),
        DialectServer(
            name: "no stream",
            refuses: { exchange in
                exchange.streams
                    ? .badRequest("Streaming is not supported for this deployment.", param: "stream") : nil
            },
            calls: { _ in
                .whole(
                    #"{"role":"assistant","content":"","tool_calls":[{"id":"a","type":"function","function":{"name":"get_current_status","arguments":{}}}]}"#,
                    finish: "tool_calls", rest: Wire.usage)
            },
            answers: {
                .whole(
                    #"{"role":"assistant","content":\#(Wire.json($0.answer)),"tool_calls":[],"refusal":null}"#,
                    finish: "stop", rest: Wire.usage)
            }),
        DialectServer(
            name: "schemas without additionalProperties or default, told in a list",
            refuses: { exchange in
                guard
                    let field = ["additionalProperties", "\"default\"", "\"minimum\""].first(
                        where: exchange.text.contains)
                else { return nil }
                let name = field.replacing("\"", with: "")
                return .refusal(
                    400,
                    #"[{"error":{"code":400,"message":"Invalid JSON payload received. Unknown name \"\#(name)\" at 'tools[0]': Cannot find field.","status":"INVALID_ARGUMENT"}}]"#
                )
            }),
        DialectServer(
            name: "no empty properties",
            refuses: { exchange in
                let isEmpty = exchange.functions.contains { function in
                    let parameters = function["parameters"] as? [String: Any]
                    return (parameters?["properties"] as? [String: Any])?.isEmpty == true
                }
                return isEmpty
                    ? .badRequest("parameters.properties: should be non-empty for OBJECT type") : nil
            }),
        DialectServer(
            name: "parameters required of every tool",
            refuses: { exchange in
                guard let place = exchange.functions.firstIndex(where: { $0["parameters"] == nil }) else {
                    return nil
                }
                return .refusal(
                    422,
                    #"{"object":"error","message":{"detail":[{"type":"missing","loc":["body","tools",\#(place),"function","parameters"],"msg":"Field required"}]},"type":"invalid_request_error"}"#
                )
            }),
        DialectServer(
            name: "parameters required of every tool, as a failure of the server",
            refuses: { exchange in
                guard let place = exchange.functions.firstIndex(where: { $0["parameters"] == nil }) else {
                    return nil
                }
                return .refusal(
                    500,
                    #"{"error":{"message":"1 validation error:\n  {'type': 'missing', 'loc': ('body', 'tools', \#(place), 'function', 'parameters'), 'msg': 'Field required'}\n\n  File \"app.py\", line 376, in create_chat_completion","type":"internal_server_error","param":null,"code":null}}"#
                )
            }),
        DialectServer(
            name: "no system message, as a failure of the server",
            refuses: { exchange in
                exchange.messages.contains { $0["role"] as? String == "system" }
                    ? .refusal(
                        500,
                        #"{"error":{"code":500,"message":"System role not supported","type":"server_error"}}"#
                    )
                    : nil
            }),
        DialectServer(
            name: "no system message",
            refuses: { exchange in
                exchange.messages.contains { $0["role"] as? String == "system" }
                    ? .refusal(
                        500 - 100,
                        #"{"object":"error","message":"System role not supported","type":"BadRequestError","param":null,"code":400}"#
                    )
                    : nil
            }),
        DialectServer(
            name: "no tool_choice",
            refuses: { exchange in
                exchange.body["tool_choice"] == nil
                    ? nil : .badRequest("tool_choice 'none' is not supported", param: "tool_choice")
            },
            calls: stubborn, answers: stubborn),
        DialectServer(
            name: "needs tools beside a history with calls",
            refuses: { exchange in
                exchange.calls.isEmpty || !exchange.tools.isEmpty
                    ? nil : .badRequest("Requests which include `tool_calls` must define tools.")
            },
            calls: stubborn, answers: stubborn),
        DialectServer(
            name: "calls tools although it was told not to",
            calls: { exchange in exchange.tools.isEmpty ? .text(exchange.answer) : someCall(exchange) },
            answers: { exchange in exchange.tools.isEmpty ? .text(exchange.answer) : someCall(exchange) }),
        DialectServer(
            name: "no message without content",
            refuses: { exchange in
                exchange.assistants.contains { ($0["content"] as? String ?? "").isEmpty }
                    ? .badRequest(
                        "messages.2.content: Input should be a valid string, must be non-null and not empty")
                    : nil
            }),
        DialectServer(
            name: "wants its reasoning back",
            refuses: { exchange in
                exchange.assistants.contains { $0["reasoning_content"] as? String != "I should look." }
                    ? .badRequest("Missing `reasoning_content` field in the assistant message") : nil
            },
            calls: { _ in
                .events([
                    Wire.delta(#"{"role":"assistant","content":null,"reasoning_content":"I should "}"#),
                    Wire.delta(#"{"reasoning_content":"look."}"#),
                    Wire.delta(
                        #"{"tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"get_current_status","arguments":"{}"}}]}"#
                    ),
                    Wire.delta("{}", finish: "tool_calls"),
                ])
            }),
        DialectServer(
            name: "refuses its own reasoning",
            refuses: { exchange in
                exchange.assistants.contains { $0["reasoning"] != nil }
                    ? .badRequest(
                        "'messages.2' : for 'role:assistant' the following must be satisfied[('messages.2' : property 'reasoning' is unsupported)]"
                    ) : nil
            },
            calls: { _ in .call(messageRest: #","reasoning":"I look.""#) }),
        DialectServer(
            name: "forbids fields it does not name",
            refuses: { exchange in
                exchange.assistants.contains {
                    !$0.keys.allSatisfy(["role", "content", "tool_calls"].contains)
                }
                    ? .refusal(422, #"{"detail":"Extra inputs are not permitted"}"#) : nil
            },
            calls: { _ in .call(messageRest: #","audio_id":"x","provider_note":{"a":1}"#) }),
        DialectServer(
            name: "wants a signature of the call back",
            refuses: { exchange in
                exchange.calls.contains {
                    (($0["extra_content"] as? [String: Any])?["google"] as? [String: Any])?[
                        "thought_signature"] as? String != "c2ln"
                }
                    ? .refusal(
                        400,
                        #"[{"error":{"code":400,"message":"Function call is missing a thought_signature in functionCall parts."}}]"#
                    ) : nil
            },
            calls: { _ in .call(rest: #","extra_content":{"google":{"thought_signature":"c2ln"}}"#) }),
        DialectServer(
            name: "wants lists of reasoning back",
            refuses: { exchange in
                exchange.assistants.contains { ($0["reasoning_details"] as? [[String: Any]])?.count != 2 }
                    ? .badRequest("reasoning details are not as they were") : nil
            },
            calls: { _ in
                .events([
                    Wire.delta(
                        #"{"role":"assistant","content":"","reasoning_details":[{"type":"reasoning.text","text":"a"}]}"#
                    ),
                    Wire.delta(#"{"reasoning_details":[{"type":"reasoning.encrypted","data":"b"}]}"#),
                    Wire.delta(
                        #"{"tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"get_current_status","arguments":"{}"}}]}"#,
                        finish: "tool_calls"),
                ])
            }),
        DialectServer(
            name: "loads its model first",
            refuses: { exchange in
                exchange.count < 5
                    ? .refusal(
                        503, #"{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}"#)
                    : nil
            }),
        DialectServer(
            name: "asked too often, told in a list",
            refuses: { exchange in
                exchange.count == 0
                    ? .refusal(
                        429,
                        #"[{"error":{"code":429,"message":"You exceeded your current quota, please check your plan and billing details.","status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"0.2s"}]}}]"#
                    )
                    : nil
            }),
    ]

    /// Calls another tool at every step, for as long as it may.
    private static let stubborn: @Sendable (Exchange) -> Wire = { exchange in
        exchange.calls.count < 5 ? someCall(exchange) : .text(exchange.answer)
    }

    private static func someCall(_ exchange: Exchange) -> Wire {
        let names = [
            "get_current_status", "get_usage", "get_anomaly_summary", "get_top_processes",
            "get_disk_forecast",
        ]
        let step = exchange.calls.count
        return .call(id: "call_\(step)", name: names[min(step, names.count - 1)], arguments: "{}")
    }

    // MARK: How servers call

    private static func called(_ name: String, _ events: [String], end: String = "data: [DONE]\n\n")
        -> DialectServer
    {
        DialectServer(name: name, calls: { _ in .events(events, end: end) })
    }

    private static func isUnique(_ exchange: Exchange) -> Wire? {
        let ids = exchange.calls.map { $0["id"] as? String ?? "" }
        let answered = exchange.messages.compactMap { $0["tool_call_id"] as? String }
        let isRight = Set(ids).count == ids.count && !ids.contains("") && ids == answered
        return isRight ? nil : .badRequest("Duplicate or missing tool_call_id: \(ids) \(answered)")
    }

    private static let calling: [DialectServer] = [
        DialectServer(
            name: "two calls without ids, both numbered 0", refuses: isUnique,
            calls: { _ in
                .events([
                    Wire.delta(
                        #"{"role":"assistant","tool_calls":[{"index":0,"id":"","type":"function","function":{"name":"get_usage","arguments":"{}"}}]}"#
                    ),
                    Wire.delta(
                        #"{"tool_calls":[{"index":0,"id":"","type":"function","function":{"name":"get_current_status","arguments":"{}"}}]}"#,
                        finish: "tool_calls"),
                ])
            }),
        DialectServer(
            name: "two calls with one id", refuses: isUnique,
            calls: { _ in
                .whole(
                    #"{"role":"assistant","content":null,"tool_calls":[{"id":"call","type":"function","function":{"name":"get_usage","arguments":"{}"}},{"id":"call","type":"function","function":{"name":"get_current_status","arguments":"{}"}}]}"#,
                    finish: "tool_calls")
            }),
        DialectServer(
            name: "the same id at every step", refuses: isUnique,
            calls: { _ in .call(id: "call_0", name: "get_usage") },
            answers: { $0.calls.count == 1 ? .call(id: "call_0") : .text($0.answer) }),
        called(
            "neither index nor id, in pieces",
            [
                Wire.delta(
                    #"{"role":"assistant","tool_calls":[{"type":"function","function":{"name":"get_usage","arguments":"{"}}]}"#
                ),
                Wire.delta(#"{"tool_calls":[{"function":{"arguments":"}"}}]}"#),
                Wire.delta(
                    #"{"tool_calls":[{"type":"function","function":{"name":"get_current_status","arguments":"{}"}}]}"#
                ),
                Wire.delta("{}", finish: "tool_calls"),
            ]),
        called(
            "name and id in every piece",
            [
                Wire.delta(
                    #"{"tool_calls":[{"index":0,"id":"a","function":{"name":"get_current_status","arguments":"{"}}]}"#
                ),
                Wire.delta(
                    #"{"tool_calls":[{"index":0,"id":"a","function":{"name":"get_current_status","arguments":"}"}}]}"#
                ),
                Wire.delta("{}", finish: "tool_calls"),
            ]),
        called(
            "neither a reason for the end nor a mark of it",
            [
                #"{"choices":[{"delta":{"tool_calls":[{"function":{"name":"get_current_status","arguments":"{}"}}]}}]}"#
            ], end: ""),
        called(
            "an object that begins empty and comes whole",
            [
                Wire.delta(
                    #"{"tool_calls":[{"index":0,"id":"a","function":{"name":"get_current_status","arguments":"{}"}}]}"#
                ),
                Wire.delta(#"{"tool_calls":[{"index":0,"function":{"arguments":"{}"}}]}"#),
                Wire.delta("{}", finish: "tool_use"),
            ]),
        called(
            "the call of before there were tools",
            [
                Wire.delta(
                    #"{"role":"assistant","content":null,"function_call":{"name":"get_current_status","arguments":""}}"#
                ),
                Wire.delta(#"{"function_call":{"arguments":"{}"}}"#),
                Wire.delta("{}", finish: "function_call"),
            ]),
        DialectServer(
            name: "a name with its channel",
            calls: { _ in .call(name: "get_current_status<|channel|>commentary") }),
        DialectServer(
            name: "a name with its namespace",
            calls: { _ in .call(id: "functions.get_current_status:0", name: "functions.get_current_status") }),
        DialectServer(
            name: "a name in another spelling",
            calls: { _ in .call(name: "default_api.Get-Current-Status:1") }),
        DialectServer(name: "no arguments", refuses: readable, calls: { _ in .call(arguments: "") }),
        DialectServer(
            name: "null for arguments", refuses: readable, calls: { _ in .call(arguments: "null") }),
        DialectServer(
            name: "arguments encoded twice", refuses: readable,
            calls: { _ in .call(arguments: #""{\"verbose\":true}""#) }),
        DialectServer(
            name: "arguments that nobody can read", refuses: readable,
            calls: { _ in .call(arguments: "{verbose: yes") }),
        DialectServer(
            name: "arguments of a tool that has none", refuses: readable,
            calls: { _ in .call(arguments: #"{"detail":"full","host":"all"}"#) }),
        DialectServer(
            name: "a call written as text, until told",
            calls: {
                $0.assistants.isEmpty
                    ? .text(#"<tool_call>{"name": "get_current_status", "arguments": {}}</tool_call>"#)
                    : .call()
            }),
        DialectServer(
            name: "a call written as JSON, until told",
            calls: {
                $0.assistants.isEmpty
                    ? .text("```json\n{\"name\": \"get_current_status\", \"parameters\": {}}\n```") : .call()
            }),
    ]

    /// Arguments that came in any form go back as an object.
    private static let readable: @Sendable (Exchange) -> Wire? = { exchange in
        let areObjects = exchange.calls.allSatisfy { call in
            let text = (call["function"] as? [String: Any])?["arguments"] as? String ?? ""
            return (try? JSONSerialization.jsonObject(with: Data(text.utf8))) is [String: Any]
        }
        return areObjects
            ? nil : .refusal(500, #"{"error":{"message":"Failed to parse tool call arguments as JSON"}}"#)
    }

    // MARK: How servers answer

    private static func answered(_ name: String, _ answers: @escaping @Sendable (Exchange) -> Wire)
        -> DialectServer
    {
        DialectServer(name: name, answers: answers)
    }

    private static let answering: [DialectServer] = [
        answered("thoughts before the answer, streamed") {
            .text("<think>\nIt was 99 % yesterday, or 77?\n</think>\n\n" + $0.answer)
        },
        answered("thoughts whose beginning the template wrote") {
            .text("It was 99 % yesterday.\n</think>\n\n" + $0.answer)
        },
        answered("thoughts as parts of the content") { exchange in
            .whole(
                #"{"role":"assistant","content":[{"type":"thinking","thinking":[{"type":"text","text":"99 %?"}]},{"type":"text","text":\#(Wire.json(exchange.answer))}]}"#,
                finish: "stop")
        },
        answered("channels in the answer") {
            .text(
                "<|channel|>analysis<|message|>99 %?<|end|><|start|>assistant<|channel|>final<|message|>\($0.answer)<|return|>"
            )
        },
        DialectServer(
            name: "thoughts that take the whole limit",
            answers: { exchange in
                (exchange.body["max_tokens"] as? Int ?? 0) < 4096
                    ? .events([Wire.delta(#"{"content":"<think>hm"}"#, finish: "length")])
                    : .text(exchange.answer)
            }),
        answered("no blank line after the last event, and no mark of the end") { exchange in
            .events(
                [Wire.delta(#"{"content":\#(Wire.json(exchange.answer))}"#)],
                end: "data: " + Wire.delta("{}", finish: "stop"))
        },
        answered("one line end between events") { exchange in
            .events(
                [
                    Wire.delta(#"{"content":\#(Wire.json(exchange.answer))}"#),
                    Wire.delta("{}", finish: "stop"),
                ], between: "\n")
        },
        answered("carriage returns, and a byte order mark") { exchange in
            var wire = Wire.events(
                [
                    Wire.delta(#"{"content":\#(Wire.json(exchange.answer))}"#),
                    Wire.delta("{}", finish: "stop"),
                ], end: "data: [DONE]\r\r", between: "\r\r")
            wire.body = "\u{FEFF}" + wire.body
            return wire
        },
        answered("events under the type of JSON, as 201") { exchange in
            .events(
                [Wire.delta(#"{"content":\#(Wire.json(exchange.answer))}"#, finish: "stop")],
                type: "application/json", status: 201)
        },
        answered("JSON under the type of events") { exchange in
            var wire = Wire.whole(
                #"{"role":"assistant","content":\#(Wire.json(exchange.answer))}"#, finish: "stop")
            wire.fields["Content-Type"] = "text/event-stream"
            return wire
        },
        answered("no type at all, pieces one a line") { exchange in
            Wire(
                body: [
                    Wire.delta(#"{"content":\#(Wire.json(exchange.answer))}"#),
                    Wire.delta("{}", finish: "stop"),
                ].joined(separator: "\n"))
        },
        answered("comments, empty pieces, and a failure that is none") { exchange in
            var wire = Wire.events([
                #"{"choices":[],"prompt_filter_results":[{"prompt_index":0}],"error":null}"#,
                #"{"choices":null}"#, #"{"choices":[{"index":0,"delta":null}],"error":false}"#,
                Wire.delta(#"{"content":\#(Wire.json(exchange.answer)),"tool_calls":null,"refusal":""}"#),
                Wire.delta("{}", finish: "STOP"),
            ])
            wire.body = ": PROCESSING\n\n: PROCESSING\n\n" + wire.body
            return wire
        },
        answered("usage as texts, fractions and nonsense") { exchange in
            .events([
                Wire.delta(#"{"content":\#(Wire.json(exchange.answer))}"#, rest: #","usage":"none yet""#),
                Wire.delta(
                    "{}", finish: "stop",
                    rest:
                        #","usage":{"prompt_tokens":"100","completion_tokens":20.5,"total_tokens":-9e18,"cost":0.000123}"#
                ),
            ])
        },
        answered("usage beyond all bounds") { exchange in
            .events([
                Wire.delta(#"{"content":\#(Wire.json(exchange.answer))}"#),
                Wire.delta(
                    "{}", finish: "stop",
                    rest:
                        #","usage":{"prompt_tokens":9223372036854775807,"completion_tokens":1e300,"total_tokens":true}"#
                ),
            ])
        },
        answered("half a character, and numbers that are none") { exchange in
            .events([
                #"{"choices":[{"index":0,"logprobs":{"p":NaN,"q":-Infinity},"delta":{"content":\#(Wire.json(exchange.answer))},"finish_reason":null}]}"#,
                #"{"choices":[{"index":0,"delta":{"content":" \ud83d"},"finish_reason":null}]}"#,
                #"{"choices":[{"index":0,"delta":{"content":"\ude00"},"finish_reason":"stop"}]}"#,
            ])
        },
        DialectServer(
            name: "a failure in the middle of a stream, once",
            answers: { exchange in
                exchange.count == 1
                    ? .events([
                        Wire.delta(#"{"content":"CPU is"}"#),
                        #"{"error":{"code":502,"message":"Provider returned error","metadata":{"raw":"upstream overloaded"}},"choices":[{"index":0,"delta":{"content":""},"finish_reason":"error"}]}"#,
                    ])
                    : .text(exchange.answer)
            }),
        DialectServer(
            name: "a failure inside 200, once",
            answers: { exchange in
                exchange.count == 1
                    ? Wire(body: #"{"error":{"code":429,"message":"Rate limit exceeded"}}"#)
                    : .text(exchange.answer)
            }),
    ]
}
