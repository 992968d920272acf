/* The words of the most common passwords. The lists that are published of leaked passwords hold few of twelve
 * characters and more, and nearly all of those are such words repeated, put together or followed by digits:
 * so the words are kept, and rules_people.c looks for what is made of them. */

#include "services/registry/common_passwords.h"

#include <string.h>

/* A blank before and after each. */
static const char words[] =
    " aaa aabbcc abc abcabc abcd abcde abcdef abcdefg abcdefgh abcdefghi abcdefghij abcdefghijk"
    " abcdefghijkl abcdefghijklm abcdefghijklmnop abcdefghijklmnopqrstuvwxyz access account admin"
    " administrator adobe alexander amanda andrew android angel angels anthony anything apple april"
    " arsenal arsenalfc asdasd asdf asdfasdf asdfgh asdfghjk asdfghjkl ashley asshole august"
    " authority autumn azerty azertyuiop baby babyboy babygirl backup banana barbara baseball"
    " basketball batman battery batterystaple bedford bedfordshire benjamin birthday bitch blessed"
    " boroughcouncil brighton britain brother business buster butterfly cambridgeshire care carehome"
    " ccrag celtic change changeme changethis charlie charlotte cheese chelsea chelseafc cherry child"
    " children childrens childrenshome chocolate christ christmas christopher citycouncil"
    " commissioning company computer computerone cookie correcthorse correcthorsebatterystaple"
    " corvette council countycouncil cricket crystal dad daddy daniel darling database david december"
    " default demo diamond director dragon eastsussex education edward elizabeth emily emma england"
    " essex everton facebook faith family father february fees ferrari finance flower flowers"
    " football forever fortnite fostering freedom friday fuck fuckyou george ginger god godisgood"
    " golden golf goodbye goodmorning goodnight google guest hacker hackme hannah happy happybirthday"
    " harley harry heaven hello hellohello helloworld helpdesk hertfordshire hockey holiday honey"
    " hope horse hunter ilove iloveme ilovemyfamily ilovey iloveyou iloveyouforever iloveyousomuch"
    " instagram internet iphone ironman jack jacob james january jennifer jessica jesus jesuschrist"
    " jordan joseph joshua july june kent keynes killer lauren leeds leedsunited letmein letmeinnow"
    " letmeinplease liberty lightning linkedin liverpool liverpoolfc lkjhgfdsa localauthority login"
    " london love lovely loveme lovers loveyou luton manager manchester manchesterunited mancity"
    " manutd march margaret master mastermind matrix matthew maverick maytheforcebewithyou medway"
    " mercedes michael michelle microsoft milton minecraft mnbvcxz monday monitoring monkey monkeyone"
    " mother mum mummy mustang mynameis mynoob mypass mypassword naruto natalie network newcastle"
    " newpassword nicholas nicole ninja noob nopassword norfolk nothing november october office"
    " officethree ofsted oliver olivia one opensesame openup orange pass passphrase passw password"
    " passwort patricia pepper phoenix pikachu placement placements please poiuyt poiuytrewq pokemon"
    " porsche princess private protect purple qazwsx qazwsxedc qazwsxedcrfv qqq quality qweasd"
    " qweasdzxc qweqwe qwerty qwertyui qwertyuiop qwertz qwertzuiop rachel rainbow ranger rangers"
    " rebecca region regional richard robert root rugby safe safety samantha samsung samuel sarah"
    " saturday school schools secret secure secured security september server service services sesame"
    " sex sexy shadow shit signin silver sister smile soccer socialcare socialwork socialworker"
    " something sophia sophie southend spiderman spring spurs staple starlight starwar starwars"
    " stephanie suffolk summer sunday sunshine superman supersecret support surrey susan sussex"
    " sweetheart system team teamwork temp temporary temppass tennis test tester testing testtest"
    " thankyou thepassword thomas three thunder thurrock thursday tigger tobeornottobe topsecret"
    " tottenham trustno trustnoone tuesday twitter two user username verysecret victoria warrior"
    " wednesday welcome welcomeback westham westsussex whatever william windows winter work worker"
    " xxx xyz yamaha yellow yourpassword youtube zxcv zxcvbn zxcvbnm zxczxc zzz ";

bool is_common_password_word(const char *letters, size_t size)
{
    for (const char *at = words + 1; *at;) {
        size_t length = strcspn(at, " ");
        if (length == size && memcmp(at, letters, size) == 0)
            return true;
        at += length + 1;
    }
    return false;
}
