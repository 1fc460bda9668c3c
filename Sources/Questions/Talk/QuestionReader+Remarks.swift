import MaintenanceAPI
import Values

/// What is said in passing: a joke is wanted, a window was the wrong one, an answer was no good.
extension QuestionReader {
    mutating func readRemark() -> Bool {
        guard words.plain.count <= 10, !namesHostNames, question.threshold == nil else { return false }
        if let remark {
            set(.smalltalk, .topic(.remark(remark)))
        } else if isPraise {
            set(.thanks)
        } else if isPuzzled {
            set(.explain)
        } else {
            return false
        }
        (question.window, question.statistic, saysForm) = (nil, .now, true)
        return true
    }

    private var remark: Query.Remark? {
        if says("joke", "jokes", "something funny", "make me laugh") {
            return .joke
        }
        if says("you"),
            says(
                "sleep", "sleeping", "tired", "bored", "take a break", "take breaks", "holiday", "holidays",
                "rest")
                && !has("process") && !says("on the", "of the")
        {
            return .sleep
        }
        if text.contains("you"), text.contains(Self.makerPattern) { return .maker }
        if text.contains("you") || text.contains("talking to"), text.contains(Self.naturePattern) {
            return .nature
        }
        if isApology { return .apology }
        if isAgreement { return .agreement }
        if isReproach { return .reproach }
        return nil
    }

    private static let makerPattern = Pattern(
        #/\bwho (?:has |have |had )?(?:made|created|built|wrote|written|programmed|developed|invented|designed|coded|trained|is behind|is responsible for) you\b|\byour (?:maker|creator|author|developer|programmer|inventor|boss|master)s?\b/#
    )

    private static let naturePattern = Pattern(
        #/\bare you (?:really |actually )?(?:a |an )?(?:real|human|person|human being|bot|robot|machine|program|computer|real person|chatbot)\b|\b(?:human|person|man) or (?:a )?(?:bot|robot|machine|program|computer|ai)\b|\b(?:bot|robot|machine|program) or (?:a )?(?:human|person|man)\b|\btalking to (?:a |an )?(?:real )?(?:human|person|bot|robot|machine)\b/#
    )

    /// "Sorry, wrong window".
    private var isApology: Bool {
        !words.isQuestion && words.plain.count <= 7
            && (["sorry", "oops", "bad", "mistake", "apolog", "pardon", "excuse"].contains(
                where: text.contains)
                && text.contains(Self.sorryPattern)
                || says("wrong window", "wrong chat", "wrong tab", "wrong terminal"))
            && !says("what", "how", "which", "when", "why", "who", "where", "show")
    }

    private static let sorryPattern = Pattern(
        #/^\W*(?:oh )?(?:sorry|oops|whoops|my bad|my mistake|apologies|pardon me|excuse me|i apologi[sz]e)\b/#
    )

    /// Words of which each says no more than that something was heard.
    private static let heard: Set<String> = [
        "ok", "okay", "k", "kk", "alright", "all", "right", "fine", "lol", "haha", "never", "mind",
        "nevermind",
        "forget", "it", "that", "then", "sure", "i", "see", "understood", "hm", "hmm", "hmmm", "aha", "ah",
        "oh",
        "noted", "whatever", "wow", "yep", "nope", "yeah", "yup", "maybe", "so", "well", "now", "roger",
        "good",
        "to", "know", "interesting", "yes", "no", "nothing", "about", "just", "testing", "test", "agreed",
        "lmao",
        "makes", "sense", "the", "question", "my", "last", "scratch", "drop", "ignore", "please", "cancel",
    ]
    private static let certainlyHeard: Set<String> = [
        "ok", "okay", "k", "kk", "alright", "lol", "haha", "nevermind", "understood", "hm", "hmm", "hmmm",
        "aha", "ah",
        "oh", "noted", "whatever", "wow", "yep", "nope", "yeah", "yup", "maybe", "roger", "yes", "no", "sure",
        "interesting", "test", "testing", "agreed", "lmao", "fine", "nothing",
    ]

    /// "Ok", "never mind", "I see", as opposed to "ok?"
    private var isAgreement: Bool {
        let said = text.split { !$0.isLetter && $0 != "'" }.map(String.init)
        guard !words.isQuestion, (1...6).contains(said.count), said.allSatisfy(Self.heard.contains) else {
            return false
        }
        return said.contains(where: Self.certainlyHeard.contains)
            || says(
                "never mind", "forget it", "forget that", "forget about", "i see", "all right",
                "good to know",
                "makes sense", "forget my last", "scratch that", "ignore that", "forget the question",
                "ignore my last",
                "ignore my", "forget my", "cancel that", "ignore the last")
    }

    private static let reproachPattern = Pattern(
        #/\byou(?:'re|’re| are| r)? (?:so |really |totally |completely |a |an |absolutely |being )*(?:useless|stupid|dumb|wrong|terrible|suck|idiot|idiotic|bad|no help|not helpful|no good|unhelpful|annoying|awful|not very helpful|lying|liar|not answering)\b|\bbad (?:bot|answer|robot)\b|\bwrong answer\b|\bnot what i (?:asked|meant|wanted|said)\b|^\W*(?:that|this|it) (?:is|was|'s) (?:just |plain |all |simply )?(?:wrong|nonsense|rubbish|bullshit|not true|false|incorrect|no answer|not an answer|useless|no help|not helpful)\W*$|^\W*(?:nonsense|rubbish|bullshit|useless|wrong)\W*$|\bthat(?:'s|’s) (?:wrong|nonsense|rubbish|not true|no answer|not right|not an answer|useless)\W*$|\byou (?:did not|didn't|didnt|don't|dont|do not) (?:answer|understand|listen|get)\b/#
    )

    /// "You are useless", "that is not what I asked".
    private var isReproach: Bool {
        !words.isQuestion
            && ["you", "bad", "wrong", "not ", "nonsense", "rubbish", "bullshit", "useless", "false", "no "]
                .contains(where: text.contains)
            && text.contains(Self.reproachPattern)
    }

    private static let praisePattern = Pattern(
        #/^\W*(?:good|nice|great|clever|smart|best|lovely) (?:bot|robot|answer|machine|one)\W*$|^\W*(?:wow )?you(?:'re|’re| are| r)? (?:so |really |very |the |a |an )*(?:great|awesome|amazing|helpful|best|good|clever|smart|brilliant|legend|star|wonderful|fantastic|useful|rock|genius|nice)\W*$/#
    )

    private var isPraise: Bool {
        !words.isQuestion && words.plain.count <= 6
            && ["you", "bot", "robot", "answer", "machine", "one"].contains(where: text.contains)
            && text.contains(Self.praisePattern)
    }

    private static let puzzledPattern = Pattern(
        #/^\W*(?:sorry,? |but |hm+,? )?i (?:do not|don't|dont|cannot|can't|cant|did not|didn't|didnt|still don't) (?:really |quite |fully )?(?:understand|get|follow)(?: (?:that|this|it|you|a word|the answer|your answer|what (?:that|this|it) means|what you mean))*\W*$|^\W*(?:huh|what|pardon|come again|eh|wut|excuse me|say again)\?+\W*$/#
    )

    /// "I don't understand that", "huh?"
    private var isPuzzled: Bool {
        words.plain.count <= 14
            && ["understand", " get", "follow", "huh", "what?", "pardon", "again", "eh?", "wut", "excuse"]
                .contains(where: text.contains)
            && text.contains(Self.puzzledPattern)
    }
}
