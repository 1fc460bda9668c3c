import Foundation

extension DialectServer {
    /// Neighbours of those: what else servers refuse, how else they call, stream and answer.
    static let further = furtherRequests + furtherCalls + writtenCalls + furtherStreams + furtherAnswers

    // MARK: What servers refuse

    /// Refuses a conversation whose roles do not take turns; results of tools belong to the call before them.
    private static func refusesUnlessAlternating(_ exchange: Exchange) -> Wire? {
        var isRight = true
        var previous = "system"
        for role in exchange.messages.compactMap({ $0["role"] as? String }).drop(while: { $0 == "system" }) {
            let before = [
                "user": ["system", "assistant"], "assistant": ["user", "tool"],
                "tool": ["assistant", "tool"],
            ]
            isRight = isRight && before[role]?.contains(previous) == true
            previous = role
        }
        let systems = exchange.messages.count { $0["role"] as? String == "system" }
        return isRight && systems <= 1
            ? nil
            : .refusal(
                400,
                #"{"object":"error","message":"Conversation roles must alternate user/assistant/user/assistant/...","type":"BadRequestError","param":null,"code":400}"#
            )
    }

    private static let furtherRequests: [DialectServer] = [
        DialectServer(
            name: "ids of nine letters and digits alone, although it gives others",
            refuses: { exchange in
                let ids =
                    exchange.calls.compactMap { $0["id"] as? String }
                    + exchange.messages.compactMap { $0["tool_call_id"] as? String }
                return ids.first { $0.wholeMatch(of: #/[a-zA-Z0-9]{9}/#) == nil }.map {
                    .refusal(
                        400,
                        #"{"object":"error","message":"Tool call id was \#($0) but must be a-z, A-Z, 0-9, with a length of 9.","type":"invalid_function_call","param":null,"code":"3280"}"#
                    )
                }
            },
            calls: { _ in .call(id: "chatcmpl-tool-e5add885dbb342de950be95dd89b71e7") }),
        DialectServer(
            name: "its own ids back, as they are",
            refuses: { exchange in
                exchange.calls.allSatisfy { $0["id"] as? String == "functions.get_current_status:0" }
                    ? nil : .badRequest("tool_call_id does not match functions.{name}:{index}")
            },
            calls: { _ in .call(id: "functions.get_current_status:0") }),
        DialectServer(name: "roles that take turns", refuses: refusesUnlessAlternating),
        DialectServer(
            name: "roles that take turns, and a call written as text",
            refuses: refusesUnlessAlternating,
            calls: {
                $0.assistants.isEmpty
                    ? .text(#"<tool_call>{"name": "get_current_status"}</tool_call>"#) : .call()
            }),
        DialectServer(
            name: "names beside results",
            refuses: { exchange in
                exchange.messages.contains { $0["role"] as? String == "tool" && $0["name"] == nil }
                    ? .refusal(
                        400,
                        #"[{"error":{"code":400,"message":"* GenerateContentRequest.contents[2].parts[0].function_response.name: Name cannot be empty.\n","status":"INVALID_ARGUMENT"}}]"#
                    ) : nil
            }),
        DialectServer(
            name: "one call in a message",
            refuses: { exchange in
                exchange.assistants.contains { ($0["tool_calls"] as? [Any] ?? []).count > 1 }
                    ? .refusal(
                        400,
                        #"{"object":"error","message":"This model only supports single tool-calls at once!","type":"BadRequestError","code":400}"#
                    ) : nil
            },
            calls: { _ in
                .whole(
                    #"{"role":"assistant","content":null,"tool_calls":[{"id":"a","type":"function","function":{"name":"get_usage","arguments":"{}"}},{"id":"b","type":"function","function":{"name":"get_current_status","arguments":"{}"}}]}"#,
                    finish: "tool_calls")
            }),
        DialectServer(
            name: "refuses stream_options with words about something else",
            refuses: { exchange in
                exchange.body["stream_options"] == nil
                    ? nil
                    : .refusal(
                        400,
                        #"{"error_code":"INVALID_PARAMETER_VALUE","message":"INVALID_PARAMETER_VALUE: Missing required Chat parameter: 'messages'"}"#
                    )
            }),
        DialectServer(
            name: "refuses a temperature of less than one, told by a place in a list",
            refuses: { exchange in
                exchange.body["temperature"] == nil
                    ? nil
                    : .refusal(
                        422,
                        #"{"detail":[{"type":"literal_error","loc":["body","temperature"],"msg":"Input should be 1","input":0.1}]}"#
                    )
            }),
        DialectServer(
            name: "a limit of tokens below what thoughts get",
            refuses: { exchange in
                exchange.body["max_tokens"] as? Int ?? 0 > 4096
                    ? .badRequest("max_tokens must be less than or equal to 4096", param: "max_tokens") : nil
            },
            calls: { exchange in
                exchange.body["max_tokens"] as? Int == 1024
                    ? .events([Wire.delta(#"{"reasoning":"hm"}"#), Wire.delta("{}", finish: "length")])
                    : .call()
            }),
        DialectServer(
            name: "busy in numbers of its own, once each",
            refuses: { exchange in
                [520, 529].indices.contains(exchange.count)
                    ? .refusal([520, 529][exchange.count], "<html><title>busy</title></html>") : nil
            }),
    ]

    // MARK: How servers call

    private static let piecewise =
        #"{"role":"assistant","tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"get_","arguments":""}}]}"#

    private static let furtherCalls: [DialectServer] = [
        DialectServer(
            name: "a name in pieces",
            calls: { _ in
                .events([
                    Wire.delta(piecewise),
                    Wire.delta(#"{"tool_calls":[{"index":0,"function":{"name":"current_status"}}]}"#),
                    Wire.delta(#"{"tool_calls":[{"index":0,"function":{"arguments":"{}"}}]}"#),
                    Wire.delta("{}", finish: "tool_calls"),
                ])
            }),
        DialectServer(
            name: "arguments as an object, streamed",
            calls: { _ in
                .events([
                    Wire.delta(
                        #"{"tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"get_current_status","arguments":{}}}]}"#
                    ), Wire.delta("{}", finish: "tool_calls"),
                ])
            }),
        DialectServer(name: "two objects for arguments", calls: { _ in .call(arguments: "{}{}") }),
        DialectServer(
            name: "arguments that are cut off, until the limit is higher",
            calls: { exchange in
                exchange.body["max_tokens"] as? Int == 1024
                    ? .events([
                        Wire.delta(
                            #"{"tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"query_series","arguments":"{\"metric\":\"cpu"}}]}"#
                        ), Wire.delta("{}", finish: "length"),
                    ]) : .call()
            }),
        DialectServer(
            name: "words beside the call, and an end like that of a text",
            calls: { _ in
                .events([
                    Wire.delta(#"{"role":"assistant","content":"Let me look; it was 99 % once. "}"#),
                    Wire.delta(
                        #"{"tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"get_current_status","arguments":"{}"}}]}"#
                    ), Wire.delta("{}", finish: "stop"),
                ])
            }),
        DialectServer(name: "a name with its brackets", calls: { _ in .call(name: "get_current_status()") }),
        DialectServer(
            name: "a name between quotes", calls: { _ in .call(name: "\\\"get_current_status\\\"\\n") }),
        DialectServer(name: "a name in capitals", calls: { _ in .call(name: "GetCurrentStatus") }),
        DialectServer(
            name: "a tool that there is none of, first",
            calls: {
                $0.calls.isEmpty ? .call(name: "get_weather", arguments: #"{"city":"Oslo"}"#) : .call()
            },
            answers: { $0.answer.contains("No tool") ? .call(id: "second") : .text($0.answer) }),
        DialectServer(
            name: "arguments below the call, not in a function",
            calls: { _ in
                .whole(
                    #"{"role":"assistant","content":"","tool_calls":[{"id":"a","name":"get_current_status","args":{},"type":"tool_call"}]}"#,
                    finish: "tool_calls")
            }),
    ]

    // MARK: Calls written as text, in the formats of many models; told once, they make them

    private static let writtenCalls: [DialectServer] = [
        ("of an array after a mark", #"[TOOL_CALLS][{"name": "get_current_status", "arguments": {}}]"#),
        ("of a function's element", "<function=get_current_status>{}</function>"),
        ("of code after a mark", "<|python_tag|>get_current_status()"),
        ("of code in a fence", "```tool_code\nget_current_status()\n```"),
        ("of a print of code", "```tool_code\nprint(default_api.get_current_status())\n```"),
        ("of a list of code", "[get_current_status()]"),
        (
            "of an action and its input",
            "Thought: I should look.\nAction: get_current_status\nAction Input: {}"
        ),
        (
            "of marks of wide bars",
            "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>get_current_status"
        ),
        ("of an array after a word", #"functools[{"name": "get_current_status", "arguments": {}}]"#),
        (
            "of words before JSON",
            "I will call:\n```json\n{\"tool\": \"get_current_status\", \"args\": {}}\n```"
        ),
        (
            "of lines of JSON",
            #"{"name": "get_current_status", "parameters": {}}; {"name": "get_usage", "parameters": {}}"#
        ),
        ("of an element named as the tool", "<get_current_status></get_current_status>"),
    ].map { name, text in
        DialectServer(
            name: "a call in the form " + name, calls: { $0.assistants.isEmpty ? .text(text) : .call() })
    }

    // MARK: How servers stream

    private static func streamed(_ name: String, _ answers: @escaping @Sendable (Exchange) -> Wire)
        -> DialectServer
    {
        DialectServer(name: name, answers: answers)
    }

    private static func content(_ exchange: Exchange) -> String {
        #"{"content":\#(Wire.json(exchange.answer))}"#
    }

    private static let furtherStreams: [DialectServer] = [
        streamed("comments handed on as data") { exchange in
            .events([
                ": PROCESSING", ": PROCESSING", Wire.delta(content(exchange)),
                Wire.delta("{}", finish: "stop"),
            ])
        },
        streamed("signs of life of many kinds") { exchange in
            var wire = Wire.events([
                "{}", "null", "\"ping\"", "ping", "", #"{"type":"ping"}"#, "[]",
                Wire.delta(content(exchange)),
                Wire.delta("{}", finish: "stop"),
            ])
            wire.body = "event: ping\ndata: {}\n\nretry: 3000\n\nid: 7\n\n" + wire.body
            return wire
        },
        streamed("fields without blanks, names and numbers of events") { exchange in
            let events = [Wire.delta(content(exchange)), Wire.delta("{}", finish: "stop")]
            return Wire(
                fields: ["Content-Type": "text/event-stream"],
                body: events.enumerated().map { "id:\($0)\nevent:message\nretry:10\ndata:\($1)\n\n" }.joined()
                    + "data:[DONE] \n\n")
        },
        streamed("data over several lines") { exchange in
            .events([
                "{\"choices\":\ndata: [{\"index\":0,\ndata: \"delta\":\(content(exchange)),\ndata: \"finish_reason\":null}]}",
                Wire.delta("{}", finish: "stop"),
            ])
        },
        streamed("messages in the place of pieces") { exchange in
            .events([
                #"{"choices":[{"index":0,"message":\#(content(exchange)),"finish_reason":"stop"}]}"#
            ])
        },
        streamed("the whole once more at the end") { exchange in
            .events([
                Wire.delta(content(exchange)),
                #"{"choices":[{"index":0,"delta":{},"message":\#(content(exchange)),"finish_reason":"stop"}]}"#,
            ])
        },
        streamed("the whole once more at the end, without a piece") { exchange in
            .events([
                Wire.delta(content(exchange)),
                #"{"object":"chat.completion","choices":[{"index":0,"message":\#(content(exchange)),"finish_reason":"stop"}]}"#,
            ])
        },
        streamed("a second choice among the pieces") { exchange in
            .events([
                #"{"choices":[{"index":1,"delta":{"content":"CPU is 12345 % "},"finish_reason":null}]}"#,
                Wire.delta(content(exchange)),
                #"{"choices":[{"index":1,"delta":{"content":"busy."},"finish_reason":"stop"}]}"#,
                Wire.delta("{}", finish: "stop"),
            ])
        },
        streamed("the second choice before the first") { exchange in
            Wire(
                body:
                    #"{"choices":[{"index":1,"message":{"content":"CPU is 12345 % busy."},"finish_reason":"stop"},{"index":0,"message":\#(content(exchange)),"finish_reason":"stop"}]}"#
            )
        },
        streamed("an empty reason in every piece") { exchange in
            .events([
                Wire.delta(content(exchange), finish: ""), Wire.delta(#"{"content":""}"#, finish: "null"),
                Wire.delta("{}", finish: "eos"),
            ])
        },
        streamed("more after the mark of the end") { exchange in
            .events(
                [Wire.delta(content(exchange)), Wire.delta("{}", finish: "stop")],
                end: "data: [DONE]\n\ndata: {\"cost\":{\"usd\":0.1}}\n\n" + "data: [DONE]\n\n")
        },
        streamed("an end as for calls, and no call") { exchange in
            .events([
                Wire.delta(
                    #"{"content":\#(Wire.json(exchange.answer)),"tool_calls":[]}"#, finish: "tool_calls")
            ])
        },
        streamed("usage under a name of its own") { exchange in
            .events([
                Wire.delta(content(exchange)),
                Wire.delta(
                    "{}", finish: "stop",
                    rest: #","x_groq":{"id":"r","usage":{"prompt_tokens":100,"completion_tokens":20}}"#),
            ])
        },
        streamed("timings for usage") { exchange in
            .events([
                Wire.delta(content(exchange)),
                Wire.delta("{}", finish: "stop", rest: #","timings":{"prompt_n":100,"predicted_n":20}"#),
            ])
        },
        streamed("parts for content, streamed") { exchange in
            .events([
                Wire.delta(#"{"content":[{"type":"thinking","thinking":[{"type":"text","text":"99 %"}]}]}"#),
                Wire.delta(
                    #"{"content":[{"type":"text","text":\#(Wire.json(exchange.answer))},{"type":"reference","ids":[1]}]}"#
                ),
                Wire.delta("{}", finish: "stop"),
            ])
        },
        streamed("one part for content") { exchange in
            .whole(
                #"{"role":"assistant","content":{"type":"text","text":\#(Wire.json(exchange.answer))}}"#,
                finish: "stop")
        },
        DialectServer(
            name: "an event of failure, once",
            answers: { exchange in
                guard exchange.count == 1 else { return .text(exchange.answer) }
                var wire = Wire.events([Wire.delta(#"{"content":"CPU is 3"}"#)], end: "")
                wire.body +=
                    "event: error\ndata: {\"object\":\"error\",\"message\":\"boom\",\"code\":500}\n\n"
                return wire
            }),
        DialectServer(
            name: "a failure as plain text in a stream, once",
            answers: { exchange in
                exchange.count == 1
                    ? .events(
                        [Wire.delta(#"{"content":"CPU is 3"}"#)], end: "data: Internal Server Error\n\n")
                    : .text(exchange.answer)
            }),
    ]

    // MARK: How servers answer

    private static let thoughts: [(begin: String, end: String)] = [
        ("<thinking>", "</thinking>"), ("<thought>", "</thought>"), ("[THINK]", "[/THINK]"),
        ("◁think▷", "◁/think▷"), ("<|begin_of_thought|>", "<|end_of_thought|>"), ("<Think>", "</Think>"),
        ("<think_fast>", "</think_fast>"), ("<think hidden=\"1\">", "</think>"),
        ("<analysis>", "</analysis>"),
        ("<reflection>", "</reflection>"), ("<|START_THINKING|>", "<|END_THINKING|>"),
        ("<unused94>thought\n", "<unused95>"),
    ]

    private static let furtherAnswers: [DialectServer] =
        thoughts.map { mark in
            DialectServer(
                name: "thoughts between \(mark.begin.trimmingCharacters(in: .newlines)) and \(mark.end)",
                answers: { .text("\(mark.begin)\nWas it 99 %?\n\(mark.end)\n\n\($0.answer)") })
        }
        + [
            "<|im_end|>", "</s>", "<|eot_id|>", "<|endoftext|>", "<end_of_turn>", "<|eom_id|>",
            "<｜end▁of▁sentence｜>", "<|im_end|>\n</s>",
        ].map {
            end in
            DialectServer(
                name: "\(end.replacing("\n", with: " ")) after the answer",
                answers: { .text($0.answer + end) })
        } + [
            streamed("an element around the answer") {
                .text("<think>99 %?</think>\n<answer>\n\($0.answer)\n</answer>")
            },
            streamed("marks of a turn before the answer") { .text("<|im_start|>assistant\n" + $0.answer) },
            streamed("the role before the answer") {
                .text("<|start_header_id|>assistant<|end_header_id|>\n\n" + $0.answer)
            },
            streamed("the marks of a beginning") { .text("<s> " + $0.answer) },
            streamed("the marks of an answer") {
                .text("<|START_RESPONSE|>\($0.answer)<|END_RESPONSE|>")
            },
            streamed("blank lines around the answer") { .text(" \n\n\($0.answer)\n\n\u{200B}") },
        ]
}
