extension Vocabulary {
    /// Words of talk that say nothing of a host: no names, and no slips of ours.
    static let commonWords = Set(
        """
        absolutely accept across actual add added afraid afternoon agree ah aha almost alone along although amazing angry annoyed \
        annoying anyhow anymore anyway apart apparently appear appears argh arrive aside asap ask asking assume attempt aware awful \
        aw basically beautiful begun behave behaves behaving believe belong besides beyond bigtime bit blame boot bother bottom \
        boss brain break breaks bring brings brought bug bugs build builds building built bunch business busted buy calm care \
        careful carefully case caught chance cheap chief choose clear clearly click client clients close closer clue coffee \
        colleague colleagues come coming comment company complain complaining complains complaint completely confused confusing \
        connect consider continue continues convinced correct correctly count crazy creep creeping curious customer customers damn \
        dang dare darn dead deal decent decide decided definitely deploy deployed deployment despite detail details developer \
        developers die dies dig direct directly dinner doc doctor double doubt drama drive drives drove dude each easily easy either \
        else em employee employees end ends entirely especially essentially even eventually everyone everywhere evidently exact \
        exactly excuse expect expected expecting experience explain extra extremely eye eyes face fact failing fair fairly fake fall \
        falls false family far fault favor favour feeling felt figure finally fingers finish finished folks follow fool forget \
        forgot forward found freaking friend friday front fuck fucking fully fun funny game gamer gamers games general generally \
        gently genuinely giant girl glad god gone goodness gosh gotta grand grab grateful great guess guest guests guy guys \
        haha happily hardly hate haven hears heavily hell helpful hence herself himself hmm hoggin hold holds holy home honest \
        honestly hope hopefully horrible hour hours huge hundred hurry idea ideas imagine immediately important impossible \
        incredibly indeed inform input inside instantly instead interested interesting issue itself jesus job joke jump jumped \
        jumping jumps keen kick kid kids kind kinda kindly knew knock knows lad ladies late laugh launch launched law lazy lead \
        leads learn leave leaves leaving less lets lie life lift light likely literally live lives living lol lone lots loud love \
        lovely luck lunch mad madam mail mainly major man manage manager managed mate matter matters maybe meanwhile meet meeting \
        member members mess message mighty mind mine minor minus mistake moin mom monday monitor month months mood moreover \
        mostly mouth move moved moves moving myself naturally needed neither nervous news nice nicely nobody noise noisy \
        nonetheless nope normal notice noticed nowadays nowhere numbers nurse obvious obviously occasion occur occurred occurs odd \
        offer officer offline oh omg once ones ongoing ooh oops open opened opening opinion order otherwise ouch ourselves outside \
        overall owner page paged pager pages pain paper pardon parent part particular particularly partner parts party patience \
        patient patients pay people per perhaps period person phew phone pick picked pity place plain plan planning plans play \
        played player players playing pleasant please pleased plus point points poor popular possible possibly power practically \
        precise precisely prefer presumably pretty previously probably problem produce production program project promise proper \
        properly proud prove public pull pulled push pushed puts putting question quick quickly quiet quietly quit quite random \
        rapidly rare rarely rather react reaction real realise realize really reason reasons recent recently recognise refuse \
        regard regarding regular regularly related relation relatively relevant remember remind rep repeat repeatedly replace \
        reported reports respect responsible rest restaurant result results reveal right rings risk risky rough roughly round row \
        rubberbanding rule rules run runs rush sad safely said sake same saturday save saved saving saw saying says scared scary \
        scenes school script scripts season seat second seconds see seeing seem seemed seems seen self seldom sell send sense \
        serious seriously serve serves session set sets setting settle several shame share shift shit shitty shop short shortly shot shout \
        shouting show shown shows shut sick sigh sign silly similar simple simply since single sir sit site situation slightly smart \
        smooth so soft sold solid solution solve somebody somehow someone sometime sometimes somewhat somewhere son sooner sore \
        sorry sort sorted sound sounds source spare speak specific specifically split spoke spot staff stage stand standard stands \
        stare state stay stays step steps stick stop stops story straight strange stress strike strong stuff stupid style sub sudden \
        suddenly suffer suffering suggest suggestion sunday super suppose supposed sure surely surprise surprised suspect suspicious \
        swear sweat sweet swing table take talk talking team teams tell telling tells tend tends terrible terribly test tested testing \
        tests thank thankful theirs them themselves theory therefore thing think thinking thinks thought thoroughly though thread \
        throughout throw throws thursday thus ticket tickets tied tight till tiny tip tired today together told tomorrow tonight \
        took tool topic totally touch tough toward towards town trace track trade traffic train tricky tried trouble true truly trust \
        truth try trying tuesday turn turned turns twice type typical ugh ugly uh uhm ultimate um unable understand understood \
        unexpected unfortunately unhappy unless unlikely upset urgent urgently useful useless user users usual usually vague various \
        vast verify very via view visit voice vs wait waits wake walk walks wall want wants warm warn waste watch watched wave way \
        ways weak wednesday week weekend weeks weird welcome whatever whatsoever whenever wherever whether whoa whoever whole why wide \
        wife wild wildly win wins wise wish within woke woken woman wonder wondering wont words wore work worked worker works world \
        worried worry worse worst worth worthwhile would wow wrap write wrong yay yeah year years yell yep yes yesterday yet yo \
        young yours yourself yup zone
        """.split { $0 == " " || $0 == "\n" }.map(String.init))
}
