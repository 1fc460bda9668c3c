/// Words that are known and name nothing that is measured.
extension Vocabulary {
    static let units: Set<String> = [
        "s", "sec", "secs", "second", "seconds", "m", "min", "mins", "minute", "minutes", "h", "hr", "hrs",
        "hour",
        "hours", "d", "day", "days", "week", "weeks", "month", "months", "kb", "mb", "gb", "tb", "kib", "mib",
        "gib",
        "tib", "gig", "gigs", "gigabyte", "gigabytes", "meg", "megs", "megabytes", "terabytes", "percent",
        "pct", "c", "ms", "fahrenheit", "celsius", "kelvin", "bit", "bits", "kbit", "mbit", "gbit",
        "kilobits",
        "megabits", "gigabits", "kilobytes", "mbps", "gbps", "am", "pm", "k", "w", "x", "times", "th", "st",
        "nd", "rd",
    ]

    static let ordinary: Set<String> = Set(
        """
        a about above after again ago all also always am an and another any anybody anyone anything are around as ask at \
        average away back be became because been before begin being below best better between big bigger biggest both \
        briefly brief but by bytes call called came can cause caused causes causing check clock come compare compared \
        comparison concise could course critical current currently daily day days dear describe develop developed did do does \
        doing done down due during earlier eight eleven else enough evening ever every everything exactly exceed exceeded explain eta fast faster \
        feel feels few fifteen find first five for four from further future get gets give glance go goes going got \
        greater had half happen hard has have having he heavy hello help here hey hi high higher highest him his hit hold hour \
        hours how i if in increase increased increasing information into is it its just keep know known kind last lately later latest least \
        less let line list little long longer look looking lot low lower lowest machine made make makes making many max \
        maximum may me mean meaning means median midnight might min minimum minute minutes moment month more morning most much must my name \
        nearly near need needs never next night nine no nobody none noon nor normal normally not nothing now number of off often \
        ok old on once one only open or other our out over overnight past peak people percent percentile period please point \
        possible present previous probably quick quickly quite rate rather reach reached real really reason recent recently regarding right rise \
        risen rising run running runs said same say second seconds see seem seems send serious seven several shall she short shortly \
        should show shows since single situation six so some somebody someone something soon sort stand start started \
        still stop such sure take takes tell ten than thank thanks that the their them then there these they thing things \
        think this those three through time times to today tomorrow tonight too top trend twelve twenty twice two under until up us \
        usual usually value very via want was way we week weeks well went were what when where whether which while who \
        whole whom why will wish with within without word words work working works would year yes yesterday yet you your empty overhead heavily works speed actually space handled feels overall spends link \
        afternoon alive answer anyhow arrive arriving below blame bound bring brought bunch busiest cloud consumer \
        count deep detail details drive each eat eats else especially exact expected far figure figures fit fitness gone graph guess guys handle \
        healthy history house idea include inside instead involved issue job kept kinda largest lasted latter likely live loaded \
        longest maybe mentioned mine mostly name named names naturally nonsense note noticed noticeable ones onto ought out own \
        part per perhaps piece plain plus quarter question quick regular related remain reply respect responsible results roughly seen \
        sentence set shape side simple simply slightly smallest somehow sometimes somewhat somewhere specific state status stay steady straight \
        stuff suddenly suppose system tiny together told took total toward try trying turn type unit upon used user users using various \
        version vs versus view wait waiting waits weekend won wonder world worse worst worth wow wrong yeah yep nope activity operation \
        operations rate rates pages page entries entry table max client clients registered physical logical host decrease decreasing decreased falling fell fall drop going \
        growing grow shrinking climbing climb descend climbed jumped jump overall soon eventually die dead dying broke answers answering respond responding \
        alive arrive arriving fresh reachable online offline connected disconnected quickly recover recovered compare against monday tuesday wednesday thursday \
        friday saturday sunday weekend january february march april june july august september october november december thirty forty fifty sixty seventy \
        eighty ninety hundred lately meanwhile ever yesterday's today's exceeds exceeding surpass surpassed passed crossed beyond least most \
        overview hows whats gimme lemme pls plz plx thx ty cheers cool perfect super nice bye goodbye moin hola servus greetings yo howdy morning night evening joke phase spell stretch episode column columns runner calm settle settled recover
        """.split(whereSeparator: \.isWhitespace).map(String.init))
}
