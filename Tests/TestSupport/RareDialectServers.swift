import Foundation

extension DialectServer {
    /// What gateways, and servers that run on one's own machine, do now and then.
    static let rare = rareRequests + rareCalls + rareWrittenCalls + rareAnswers

    // MARK: What servers refuse

    private static let rareRequests: [DialectServer] = [
        DialectServer(
            name: "no message without content, told as a type",
            refuses: { exchange in
                exchange.messages.contains { !($0["content"] is String) }
                    ? .badRequest("invalid message content type: <nil>") : nil
            }),
        DialectServer(
            name: "no stream before its owner has shown who that is",
            refuses: { exchange in
                exchange.streams
                    ? .badRequest(
                        "Your organization must be verified to stream this model.", param: "stream",
                        code: "unsupported_value") : nil
            }),
        DialectServer(
            name: "roles that take turns, as a failure of the server",
            refuses: { exchange in
                exchange.messages.contains { $0["role"] as? String == "system" }
                    ? .refusal(
                        500,
                        #"{"error":{"code":500,"message":"Jinja Exception: Conversation roles must alternate user/assistant/user/assistant/...","type":"server_error"}}"#
                    ) : nil
            }),
        DialectServer(
            name: "a limit of tokens that is what its window has left",
            refuses: { exchange in
                let limit =
                    exchange.body["max_tokens"] as? Int ?? exchange.body["max_completion_tokens"] as? Int ?? 0
                return limit > 900
                    ? .badRequest(
                        "'max_tokens' or 'max_completion_tokens' is too large: \(limit). This model's maximum context length is 4096 tokens and your request has 3150 input tokens (\(limit) > 4096 - 3150)."
                    ) : nil
            }),
        DialectServer(
            name: "a window that the answer's limit is counted to",
            refuses: { exchange in
                exchange.body["max_tokens"] != nil
                    ? .badRequest(
                        "This model's maximum context length is 4096 tokens. However, you requested 4300 tokens (3276 in the messages, 1024 in the completion). Please reduce the length of the messages or completion.",
                        param: "messages", code: "context_length_exceeded") : nil
            }),
        DialectServer(
            name: "a call of its model that it could not read itself, once",
            refuses: { exchange in
                exchange.count == 0
                    ? .refusal(
                        400,
                        #"{"error":{"message":"Failed to call a function. Please adjust your prompt. See 'failed_generation' for more details.","type":"invalid_request_error","code":"tool_use_failed","failed_generation":"<function=get_current_status{}</function>"}}"#
                    ) : nil
            }),
        DialectServer(
            name: "a model that was unloaded, once",
            refuses: { exchange in
                exchange.count == 0 ? .refusal(400, #"{"error":"Model unloaded."}"#) : nil
            }),
        DialectServer(
            name: "dropped for a temperature by a gateway, told in Python",
            refuses: { exchange in
                exchange.body["temperature"] == nil
                    ? nil
                    : .badRequest(
                        "litellm.UnsupportedParamsError: gpt-5 models don't support temperature=0.1. Only temperature=1 is supported. To drop unsupported params set `litellm.drop_params = True`. Received Model Group=gpt-5\nAvailable Model Group Fallbacks=None"
                    )
            }),
    ]

    // MARK: How servers call

    private static let beginning =
        #"{"role":"assistant","content":null,"tool_calls":[{"index":1,"id":"a","type":"function","function":{"name":"get_current_status","arguments":""}}]}"#

    private static let rareCalls: [DialectServer] =
        [
            (
                "null in every later piece",
                #"{"index":1,"id":null,"type":null,"function":{"name":null,"arguments":"{}"}}"#
            ),
            (
                "empty texts in every later piece",
                #"{"index":1,"id":"","type":"function","function":{"name":"","arguments":"{}"}}"#
            ),
        ].map { name, piece in
            DialectServer(
                name: name,
                calls: { _ in
                    .events([
                        Wire.delta(beginning), Wire.delta(#"{"tool_calls":[\#(piece)]}"#),
                        Wire.delta("{}", finish: "tool_calls"),
                    ])
                })
        } + [
            DialectServer(
                name: "a call that is no list",
                calls: { _ in
                    .events([
                        Wire.delta(
                            #"{"role":"assistant","tool_calls":{"index":0,"id":"","type":"function","function":{"name":"get_current_status","arguments":"{"}}}"#
                        ),
                        Wire.delta(
                            #"{"tool_calls":{"index":0,"id":"","type":"function","function":{"name":null,"arguments":"}"}}}"#
                        ),
                        Wire.delta("{}", finish: "eos_token"),
                    ])
                }),
            DialectServer(
                name: "numbers for ids",
                refuses: isUniqueAmongTexts,
                calls: { _ in
                    .whole(
                        #"{"role":"assistant","content":null,"tool_calls":[{"id":0,"type":"function","function":{"name":"get_usage","arguments":{}}},{"id":0,"type":"function","function":{"name":"get_current_status","arguments":{}}}]}"#,
                        finish: "tool_calls")
                }),
            DialectServer(
                name: "indices as texts",
                calls: { _ in
                    .events([
                        Wire.delta(
                            #"{"tool_calls":[{"index":"0","id":"a","function":{"name":"get_current_status","arguments":""}}]}"#
                        ), Wire.delta(#"{"tool_calls":[{"index":"0","function":{"arguments":"{}"}}]}"#),
                        Wire.delta("{}", finish: "tool_calls"),
                    ])
                }),
            DialectServer(
                name: "the call once more at the end",
                calls: { _ in
                    let call =
                        #"{"role":"assistant","content":null,"tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"get_current_status","arguments":"{}"}}]}"#
                    return .events([
                        Wire.delta(call), Wire.delta(call, finish: "tool_calls"),
                    ])
                }),
            DialectServer(
                name: "calls of both kinds at once",
                calls: { _ in
                    .whole(
                        #"{"role":"assistant","content":null,"function_call":{"name":"get_current_status","arguments":"{}"},"tool_calls":[{"id":"a","type":"function","function":{"name":"get_current_status","arguments":"{}"}}]}"#,
                        finish: "tool_calls")
                }),
        ]

    private static let isUniqueAmongTexts: @Sendable (Exchange) -> Wire? = { exchange in
        let ids = exchange.calls.compactMap { $0["id"] as? String }
        return ids.count == exchange.calls.count && Set(ids).count == ids.count && !ids.contains("")
            ? nil : .badRequest("tool_calls.0.id: Input should be a valid string")
    }

    // MARK: Calls written as text

    private static let rareWrittenCalls: [DialectServer] = [
        ("between marks of a list", "<|tool_call_start|>[get_current_status()]<|tool_call_end|>"),
        (
            "of an invocation between wide bars",
            "<｜DSML｜function_calls>\n<｜DSML｜invoke name=\"get_current_status\">\n</｜DSML｜invoke>\n</｜DSML｜function_calls>"
        ),
        (
            "of an element of capitals",
            #"<TOOLCALL>[{"name": "get_current_status", "arguments": {}}]</TOOLCALL>"#
        ),
        ("of a list between prefixes", #"<|tools_prefix|>[{"get_current_status": {}}]<|tools_suffix|>"#),
        (
            "of an element with a namespace",
            #"<vendor:function_call name="get_current_status"></vendor:function_call>"#
        ),
        ("of a recipient", ">>>get_current_status\n{}"),
        (
            "of an action list",
            "Action: ```json\n[\n    {\n        \"tool_name\": \"get_current_status\",\n        \"parameters\": {}\n    }\n]```"
        ),
    ].map { name, text in
        DialectServer(
            name: "a call " + name, calls: { $0.assistants.isEmpty ? .text(text) : .call() })
    }

    // MARK: How servers answer

    private static let rareAnswers: [DialectServer] = [
        DialectServer(
            name: "a box around the answer",
            answers: { .text("<|begin_of_box|>\($0.answer)<|end_of_box|>") }),
        DialectServer(
            name: "thoughts between inner marks",
            answers: { .text("<|inner_prefix|>Was it 99 %?<|inner_suffix|>\($0.answer)") }),
        DialectServer(
            name: "blank lines while it thinks, then the whole",
            answers: { exchange in
                var wire = Wire.whole(
                    #"{"role":"assistant","content":\#(Wire.json(exchange.answer))}"#, finish: "stop")
                wire.body = String(repeating: "\n", count: 5000) + wire.body
                return wire
            }),
        DialectServer(
            name: "a failure in a field of its own, once",
            answers: { exchange in
                exchange.count == 1
                    ? .events(
                        [Wire.delta(#"{"content":"CPU is 3"}"#)],
                        end:
                            "error: {\"code\":500,\"message\":\"the slot was lost\",\"type\":\"server_error\"}\n\n"
                    )
                    : .text(exchange.answer)
            }),
        DialectServer(
            name: "the answer as a value, not a text",
            answers: { exchange in
                .whole(
                    #"{"role":"assistant","content":null,"reasoning":null,"parsed":null,"audio":null,"annotations":[],"content_parts":[],"output_text":""}"#
                        .replacing("\"content\":null", with: #""content":[\#(Wire.json(exchange.answer))]"#),
                    finish: "stop")
            }),
    ]
}
