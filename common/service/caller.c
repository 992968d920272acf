/* What rules ask about who calls: over the claim where there is one, else over the program. Pure. */

#include "common/service/command.h"

bool caller_has_role(const struct caller *caller, Pb__Role role)
{
    for (size_t i = 0; caller->claim && i < caller->claim->n_roles; i++)
        if (caller->claim->roles[i] == role)
            return true;
    return false;
}

static bool is_program(const struct caller *caller, Pb__PrincipalRole role)
{
    return !caller->claim && caller->principal->role == role;
}

bool caller_is_host(const struct caller *caller)
{
    return caller_has_role(caller, PB__ROLE__ROLE_HOST_ADMINISTRATOR) ||
           is_program(caller, PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_OPERATOR);
}

bool caller_is_of_authority(const struct caller *caller, const char *gss)
{
    if (!gss || !gss[0])
        return false;
    if (caller->claim)
        return strcmp(caller->claim->authority, gss) == 0;
    return is_program(caller, PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_OPERATOR) ||
           (is_program(caller, PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_NODE) &&
            strcmp(caller->principal->authority, gss) == 0);
}

bool caller_acts_for_authority(const struct caller *caller, const char *gss)
{
    return gss && gss[0] && (caller_is_host(caller) || caller_is_of_authority(caller, gss));
}

bool caller_acts_for_provider(const struct caller *caller, const char *provider_id)
{
    if (!provider_id || !provider_id[0])
        return false;
    return caller_is_host(caller) || (caller->claim && strcmp(caller->claim->provider_id, provider_id) == 0);
}

const char *caller_reads_for(const struct caller *caller)
{
    if (caller_is_host(caller) || caller_has_role(caller, PB__ROLE__ROLE_AUDITOR))
        return "";
    if (caller->claim)
        return caller->claim->authority;
    return caller->principal->role == PB__PRINCIPAL_ROLE__PRINCIPAL_ROLE_NODE ? caller->principal->authority
                                                                              : "";
}

const char *caller_name(const struct caller *caller)
{
    return caller->claim ? caller->claim->person_id : caller->principal->name;
}
